import { Button, Stack, Text } from '@mantine/core';
import { IconBarcode } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useDeviceWords } from '../messages/devices';

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
const detectors = globalThis as unknown as { BarcodeDetector?: new () => Detector };
const everyMs = 250;

/** Reads the bar code of a device, where the browser can; where it cannot there is no button, and the number is typed. */
export function ScanButton({ found }: { found: (code: string) => void }) {
  const say = useDeviceWords();
  const [isOn, setOn] = useState(false);
  if (detectors.BarcodeDetector === undefined) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Button variant="default" leftSection={<IconBarcode size={18} aria-hidden />} onClick={() => setOn(!isOn)}>
        {say('add.scan')}
      </Button>
      {isOn && (
        <Camera
          found={(code) => {
            setOn(false);
            found(code);
          }}
          gone={() => setOn(false)}
        />
      )}
    </Stack>
  );
}

function Camera({ found, gone }: { found: (code: string) => void; gone: () => void }) {
  const say = useDeviceWords();
  const picture = useRef<HTMLVideoElement>(null);
  const ends = useRef({ found, gone });
  useEffect(() => {
    ends.current = { found, gone };
  });
  useEffect(() => {
    const Detector = detectors.BarcodeDetector;
    const video = picture.current;
    if (!Detector || !video) return undefined;
    const detector = new Detector();
    let stream: MediaStream | undefined;
    let isOver = false;
    const look = async (): Promise<void> => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (isOver) return;
      video.srcObject = stream;
      await video.play();
      while (!isOver) {
        const [first] = await detector.detect(video);
        if (first) return ends.current.found(first.rawValue);
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    };
    const stop = (): void => stream?.getTracks().forEach((track) => track.stop());
    look().then(stop, () => ends.current.gone());
    return () => {
      isOver = true;
      stop();
    };
  }, []);
  return (
    <>
      <video ref={picture} muted playsInline style={{ maxWidth: '100%', maxHeight: 240 }} />
      <Text size="sm" role="status">
        {say('add.scanning')}
      </Text>
    </>
  );
}
