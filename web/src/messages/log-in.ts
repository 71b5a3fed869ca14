import logIn from './en-log-in.json';
import { wordsWith } from './more';

/** Like `useWords`, with the texts by which somebody proves who they are: second factors, passkeys, codes. */
export const useLogInWords = wordsWith('logIn', logIn);
