export default async function tearDown() {
  const server = globalThis.commonmeterTestServer;
  globalThis.commonmeterTestServer = undefined;
  await server?.stop();
}
