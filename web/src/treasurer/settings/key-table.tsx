import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useSettingsWords } from '../../messages/settings';
import { useFigures } from '../../messages/words';
import { CardTable } from '../../parts/card-table';
import { CsvButton } from '../../parts/csv-button';
import { Tag } from '../../parts/tag';

interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly about: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly mayRotate: boolean;
  readonly mayEnd: boolean;
}

interface Props {
  readonly name: string;
  /** As it is saved, without its ending. */
  readonly file: string;
  readonly about: string;
  readonly rows: readonly KeyRow[];
  readonly rotate: (id: string) => void;
  readonly end: (id: string) => void;
}

/** Keys without their secrets, those that work first. What is ended for good is asked once more. */
export function KeyTable({ name, file, about, rows, rotate, end }: Props) {
  const say = useSettingsWords();
  const figures = useFigures();
  const [asked, setAsked] = useState<string>();
  const now = new Date().toISOString();
  const isOver = ({ expiresAt, revokedAt }: KeyRow): boolean =>
    revokedAt !== null || (expiresAt !== null && expiresAt <= now);
  const stateOf = (row: KeyRow): string =>
    row.revokedAt !== null
      ? say('keys.ended', { at: figures.moment(row.revokedAt) })
      : row.expiresAt === null
        ? say('keys.works')
        : say(isOver(row) ? 'keys.over' : 'keys.until', { at: figures.moment(row.expiresAt) });
  if (rows.length === 0) return <Text>{say('keys.none')}</Text>;
  return (
    <>
      <Group justify="flex-end" mb="xs">
        <CsvButton
          name={file}
          rows={[
            ['name', 'for', 'begins with', 'last used at', 'expires at', 'ended at'],
            ...rows.map((row) => [
              ...[row.name, row.about, row.prefix],
              ...[row.lastUsedAt ?? '', row.expiresAt ?? '', row.revokedAt ?? ''],
            ]),
          ]}
        />
      </Group>
      <CardTable
        name={name}
        heads={[
          ...[say('keys.name'), about, say('keys.begins'), say('keys.used'), say('keys.state'), say('keys.actions')],
        ]}
        figures={[]}
        rows={rows
          .toSorted((a, b) => +isOver(a) - +isOver(b))
          .map((row) => ({
            key: row.id,
            cells: [
              row.name,
              row.about,
              <span className="figure">{row.prefix}</span>,
              row.lastUsedAt === null ? say('keys.never') : figures.moment(row.lastUsedAt),
              <Tag tone={isOver(row) ? 'calm' : 'good'}>{stateOf(row)}</Tag>,
              !isOver(row) && (row.mayRotate || row.mayEnd) ? (
                <Group gap="xs">
                  {row.mayRotate && asked !== row.id && (
                    <Button
                      variant="default"
                      size="xs"
                      mih={32}
                      title={say('keys.rotate-note')}
                      aria-label={say('keys.rotate-of', { name: row.name })}
                      onClick={() => rotate(row.id)}
                    >
                      {say('keys.rotate')}
                    </Button>
                  )}
                  {row.mayEnd && asked !== row.id && (
                    <Button
                      variant="default"
                      size="xs"
                      mih={32}
                      aria-label={say('keys.end-of', { name: row.name })}
                      onClick={() => setAsked(row.id)}
                    >
                      {say('keys.end')}
                    </Button>
                  )}
                  {asked === row.id && (
                    <>
                      <Button
                        color="red"
                        variant="outline"
                        size="xs"
                        mih={32}
                        onClick={() => {
                          setAsked(undefined);
                          end(row.id);
                        }}
                      >
                        {say('keys.end-sure')}
                      </Button>
                      <Button variant="default" size="xs" mih={32} onClick={() => setAsked(undefined)}>
                        {say('keys.end-keep')}
                      </Button>
                    </>
                  )}
                </Group>
              ) : (
                ''
              ),
            ],
          }))}
      />
    </>
  );
}
