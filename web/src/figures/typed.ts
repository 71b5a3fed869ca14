/** A figure as people type it, as it is written on the wire; undefined where it is none. */
export function typedFigure(text: string): string | undefined {
  const figure = text.replaceAll(/[\s\u00a0’']/g, '').replace(',', '.');
  return /^\d{1,12}(\.\d{1,6})?$/.test(figure) ? figure : undefined;
}
