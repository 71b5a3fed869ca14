import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';
import type { Handed } from './in-flight.js';

export interface BrokerPlace {
  readonly url: string;
  /** Names our session at the broker, which keeps what we have not acknowledged. */
  readonly clientId: string;
  /** Where we speak to ourselves. */
  readonly clockTopic: string;
  readonly filters: readonly string[];
  /** Between two messages to ourselves. */
  readonly tickMs: number;
}

export interface BrokerListener {
  /** The broker has accepted us; `isResumed` where it kept our session. */
  began(isResumed: boolean): void;
  /** A message; the next one comes after `next`. */
  message(
    handed: Handed,
    signs: { readonly isRetained: boolean; readonly isRepeated: boolean },
    next: () => void,
  ): void;
  /** The next message to ourselves. */
  tick(): string;
  /** Filters to which the broker would not subscribe us. */
  refused(filters: readonly string[]): void;
  failed(error: Error): void;
}

const patienceMs = 2_000;

/**
 * One connection to the broker, from its beginning to its end.
 *
 * MQTT.js hands over one message at a time and acknowledges it before the next; then a commit would carry one message. But where
 * `handleMessage` calls back with an error, it acknowledges nothing and goes on. So every message is called back with one, and we
 * write the acknowledgement ourselves when the readings are committed: four bytes, the same in all versions since 3.1.
 *
 * MQTT 3.1.1, which every broker speaks; the session is kept (clean: false), and what we subscribe to is wanted at QoS 1.
 */
export class BrokerConnection {
  readonly ended: Promise<void>;
  private readonly client: MqttClient;
  private ticking: NodeJS.Timeout | undefined;

  /** @param isFirst of this process: whatever the broker remembers of our subscriptions, an earlier version may have made them */
  constructor(
    private readonly place: BrokerPlace,
    private readonly listener: BrokerListener,
    isFirst: boolean,
  ) {
    this.client = mqtt.connect(place.url, {
      clientId: place.clientId,
      clean: false,
      protocolVersion: 4,
      reconnectPeriod: 0,
      resubscribe: false,
      keepalive: 30,
      connectTimeout: 15_000,
    });
    this.client.handleMessage = (packet, callback) => this.hand(packet, () => callback(later));
    this.client.on('error', (error) => listener.failed(error));
    // Not at 'connect', which MQTT.js tells only after the first messages that the broker has kept for us.
    this.client.on('packetreceive', (packet) => {
      if (packet.cmd !== 'connack' || packet.returnCode !== 0) return;
      listener.began(packet.sessionPresent);
      void this.begin(isFirst || !packet.sessionPresent);
    });
    this.ended = new Promise<void>((resolve) => this.client.once('close', () => resolve())).then(() => {
      clearInterval(this.ticking);
      this.client.end(true);
    });
  }

  private async begin(mustSubscribe: boolean): Promise<void> {
    const filters = mustSubscribe ? [this.place.clockTopic, ...this.place.filters] : [];
    const granted = await Promise.all(
      filters.map((filter) =>
        this.client.subscribeAsync(filter, { qos: 1 }).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (!this.client.connected) return;
    const refused = filters.filter((_, i) => !granted[i]);
    if (refused.length > 0) this.listener.refused(refused);
    this.speakToOurselves();
    this.ticking = setInterval(() => this.speakToOurselves(), this.place.tickMs);
  }

  private speakToOurselves(): void {
    if (this.client.connected) this.client.publish(this.place.clockTopic, this.listener.tick(), { qos: 1 });
  }

  private hand({ topic, payload, qos, messageId, retain, dup }: IPublishPacket, next: () => void): void {
    // The bytes are a part of what the socket read; kept, they would keep all of it.
    const handed = { topic, payload: Buffer.from(payload), messageId: qos === 0 ? null : (messageId ?? null) };
    this.listener.message(handed, { isRetained: retain, isRepeated: dup }, next);
  }

  /** Acknowledges messages, in the order given. */
  acknowledge(messageIds: readonly number[]): void {
    if (messageIds.length === 0 || !this.client.connected) return;
    const packets = Buffer.alloc(4 * messageIds.length);
    messageIds.forEach((messageId, i) => packets.writeUInt32BE(puback + messageId, 4 * i));
    this.client.stream.write(packets);
  }

  /** Says good-bye; the broker keeps our session. */
  async close(): Promise<void> {
    clearInterval(this.ticking);
    const patience = setTimeout(() => this.client.stream.destroy(), patienceMs);
    this.client.end();
    await this.ended;
    clearTimeout(patience);
  }
}

const later = new Error('It is acknowledged when its readings are committed.');
/** PUBACK, two bytes follow: the number. */
const puback = 0x40_02_00_00;
