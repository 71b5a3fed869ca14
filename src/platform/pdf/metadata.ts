import type PDFDocument from 'pdfkit';

type Doc = InstanceType<typeof PDFDocument>;
/** The part of pdfkit that writes XMP. */
interface Writes {
  info: Record<string, unknown>;
  _addInfo(): void;
  appendXML(xml: string): void;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => entities[character] ?? '').replace(/\p{Cc}/gu, ' ');

/**
 * Makes the XMP well-formed for any name.
 *
 * pdfkit 0.20 copies title and author into the XMP as they are, so that "Bread & Co" would make XML that no reader parses.
 */
export function escapeMetadata(doc: Doc): void {
  const writes = doc as unknown as Writes;
  const addInfo = writes._addInfo.bind(writes);
  writes._addInfo = () => {
    const { info } = writes;
    const safe = Object.entries(info).map(([key, value]) => [key, typeof value === 'string' ? escaped(value) : value]);
    writes.info = Object.fromEntries(safe) as Record<string, unknown>;
    addInfo();
    writes.info = info;
  };
}

const schema = (part: string): string => `
        <rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
            xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
          <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
            <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
            <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
            <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
            <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
              <pdfaProperty:name>part</pdfaProperty:name>
              <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
              <pdfaProperty:category>internal</pdfaProperty:category>
              <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
            </rdf:li></rdf:Seq></pdfaSchema:property>
          </rdf:li></rdf:Bag></pdfaExtension:schemas>
        </rdf:Description>
        <rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
          <pdfuaid:part>${part}</pdfuaid:part>
        </rdf:Description>`;

/** Declares PDF/UA beside PDF/A (pdfkit declares one only), and repeats the date that PDF/A wants in both places. */
export function accessibleMetadata(doc: Doc, modified: Date): void {
  const writes = doc as unknown as Writes;
  writes.appendXML(schema('1'));
  writes.appendXML(`
        <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
          <xmp:ModifyDate>${modified.toISOString().replace(/\.\d+Z$/, 'Z')}</xmp:ModifyDate>
        </rdf:Description>`);
}
