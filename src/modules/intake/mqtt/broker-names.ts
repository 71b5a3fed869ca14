/**
 * Our name at the broker, under which it keeps what we have not acknowledged: the same after every start, another for every community
 * of every house. Brokers need not take more than 23 letters and digits (MQTT 3.1.1, 3.1.3); the end of an id is chance.
 *
 * @example clientIdOf('01a0e2c4-7b1d-7cc0-8a31-4f09b7d2e655') → 'commonmeter4f09b7d2e655'
 */
export const clientIdOf = (communityId: string): string => `commonmeter${communityId.slice(-12)}`;

/** Where we speak to ourselves. */
export const clockTopicOf = (clientId: string): string => `commonmeter/${clientId}/clock`;
