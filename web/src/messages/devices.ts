import devices from './en-devices.json';
import { wordsWith } from './more';

/** Like `useWords`, with the texts of those who look after meters. */
export const useDeviceWords = wordsWith('devices', devices);
