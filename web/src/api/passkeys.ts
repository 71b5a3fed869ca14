import {
  logInPasskey,
  logInPasskeyOptions,
  proofOptions,
  proofProve,
  secondFactorsAddPasskey,
  secondFactorsNewPasskeyOptions,
} from './generated/sdk.gen';
import type { NewPasskeyAnswer, PasskeyAnswer } from './generated/types.gen';
import './client';
import { PasskeyDeclined } from './passkey-declined';

/* What a browser and the service say to each other about a passkey. Challenges come from the service; what the device signs goes back as it is. */

/** Passkeys belong to a name, not to a number: `localhost` has them, `127.0.0.1` has none. */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential !== 'undefined' &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function' &&
  !/^(\d+\.){3}\d+$|^\[/.test(location.hostname);

async function fromDevice(asking: Promise<Credential | null>): Promise<PublicKeyCredential> {
  const key = await asking.catch(() => null);
  if (key === null) throw new PasskeyDeclined();
  return key as PublicKeyCredential;
}

async function shown(options: unknown): Promise<PasskeyAnswer> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as PublicKeyCredentialRequestOptionsJSON);
  const key = await fromDevice(navigator.credentials.get({ publicKey }));
  return key.toJSON() as PasskeyAnswer;
}

/** Proves one of one's passkeys in the session that is there. */
export async function provePasskey(): Promise<void> {
  const { data } = await proofOptions({ throwOnError: true });
  await proofProve({ body: { kind: 'passkey', response: await shown(data) }, throwOnError: true });
}

/** Logs in with a passkey, whoever it belongs to. */
export async function logInWithPasskey(): Promise<void> {
  const { data } = await logInPasskeyOptions({ throwOnError: true });
  await logInPasskey({ body: { response: await shown(data) }, throwOnError: true });
}

/** Makes a passkey on this device. @returns the recovery codes that come with a first second factor */
export async function addPasskey(name: string): Promise<readonly string[] | null> {
  const { data } = await secondFactorsNewPasskeyOptions({ throwOnError: true });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    data as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  const key = await fromDevice(navigator.credentials.create({ publicKey }));
  const response = key.toJSON() as NewPasskeyAnswer;
  const added = await secondFactorsAddPasskey({ body: { name, response }, throwOnError: true });
  return added.data.recoveryCodes;
}
