import { ownHeaders } from '../auth/session';
import { fetchProved } from '../auth/step-up';
import { client } from './generated/client.gen';
import { problemFrom } from './problem';

// The one place where the generated client is told where the service is, and says that a page of ours asks. The browser adds the session by itself.
client.setConfig({ baseUrl: globalThis.location?.origin ?? '', headers: ownHeaders, fetch: fetchProved });
client.interceptors.error.use((error, response) => problemFrom(error, response?.status ?? 0));

export { client };
