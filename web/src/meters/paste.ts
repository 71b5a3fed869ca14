/** What a device speaks, in the order in which it is offered; docs/devices.md and docs/devices-mqtt.md have the rest about each. */
export const languages = [
  'http',
  'shelly',
  'emonhub',
  'ttn',
  'chirpstack',
  'mqtt',
  'shelly-mqtt',
  'tasmota',
  'zigbee2mqtt',
  'esphome',
] as const;
export type Language = (typeof languages)[number];

/** Those that reach us through the broker, by its account; a key of ours says nothing there. */
export const isByBroker = (language: Language): boolean =>
  ['mqtt', 'shelly-mqtt', 'tasmota', 'zigbee2mqtt', 'esphome'].includes(language);

interface Into {
  readonly origin: string;
  readonly key: string;
  readonly meter: string;
  readonly register: string;
  readonly unit: string;
}

/** Exactly what is pasted into a device of its kind. */
export function pasteOf(language: Language, { origin, key, meter, register, unit }: Into): string {
  const bearer = `Authorization: Bearer ${key}`;
  switch (language) {
    case 'http':
      return `curl '${origin}/api/v1/readings' \\
  -H '${bearer}' -H 'Content-Type: application/json' \\
  -d '{"meter": "${meter}", "register": "${register}", "at": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'", "value": "48210.4", "unit": "${unit}"}'`;
    case 'shelly':
      return `const url = "${origin}/api/v1/hooks/shelly";
const key = "${key}";
Timer.set(60000, true, function () {
  Shelly.call("Shelly.GetStatus", {}, function (status) {
    Shelly.call("HTTP.Request", {
      method: "POST",
      url: url,
      headers: { "Authorization": "Bearer " + key, "Content-Type": "application/json" },
      body: JSON.stringify({ src: Shelly.getDeviceInfo().id, result: status }),
      timeout: 10,
    });
  });
});`;
    case 'emonhub':
      return `${origin}
${key}

curl '${origin}/input/post' -d apikey=${key} -d node=${meter} -d 'fulljson={"${register}_kwh":48210.4}'`;
    case 'ttn':
      return `Base URL: ${origin}/api/v1/hooks/ttn
Additional header: ${bearer}`;
    case 'chirpstack':
      return `Event endpoint URL: ${origin}/api/v1/hooks/chirpstack
Header: ${bearer}`;
    case 'mqtt':
      return `mosquitto_pub -h BROKER -u devices -P PASSWORD -q 1 -t meters/${meter}/${register} \\
  -m '{"value": "48210.4", "unit": "${unit}"}'`;
    case 'shelly-mqtt':
      return `Prefix: ${meter}`;
    case 'tasmota':
      return `Backlog Topic ${meter}; SetOption52 1; TelePeriod 300`;
    case 'zigbee2mqtt':
      return `advanced:
  last_seen: ISO_8601
devices:
  '0x…':
    friendly_name: ${meter}`;
    case 'esphome':
      return `esphome:
  name: ${meter.toLowerCase()}
sensor:
  - platform: pulse_meter
    pin: GPIO…
    name: Power
    total:
      name: total_energy_kwh
      unit_of_measurement: kWh
      state_class: total_increasing`;
  }
}
