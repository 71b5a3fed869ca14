/** The device was not there, or its owner turned it down; what the browser says of it helps nobody. */
export class PasskeyDeclined extends Error {
  override readonly name = 'PasskeyDeclined';
}
