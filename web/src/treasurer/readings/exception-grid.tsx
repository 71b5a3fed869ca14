import { Table, Text } from '@mantine/core';
import {
  createColumnHelper,
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type KeyboardEvent, type RefObject, useEffect, useMemo } from 'react';
import { useOfficeWords } from '../../messages/office';
import { useSaid } from '../../messages/said';
import { useFigures } from '../../messages/words';
import { usePageKeys } from '../../parts/page-keys';
import { Tag } from '../../parts/tag';
import classes from './readings.module.css';
import { type Exception, gridKeys, saidOf, stepOfKey, subjectOf } from './exception';

const features = tableFeatures({
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns,
});
const helper = createColumnHelper<typeof features, Exception>();
const columns = helper.columns([
  helper.accessor(subjectOf, { id: 'subject' }),
  helper.accessor((one) => (one.kind === 'finding' ? one.rule : one.reason), { id: 'question' }),
  helper.accessor('at', { id: 'at' }),
]);

interface Props {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly items: readonly Exception[];
  readonly here: string;
  readonly hasKeys: boolean;
  readonly goTo: (id: string) => void;
  /** @returns whether the key meant something */
  readonly press: (key: string, one: Exception) => boolean;
  readonly chosen: readonly string[];
  readonly choose: (ids: readonly string[]) => void;
}

/** The list in one place of the keyboard: arrows or j and k go through it, and single keys answer while it has the focus. */
export default function ExceptionGrid({ grid, items, here, hasKeys, goTo, press, chosen, choose }: Props) {
  const say = useOfficeWords();
  const figures = useFigures();
  const said = useSaid();
  const data = useMemo(() => [...items], [items]);
  const table = useTable({ features, columns, data, getRowId: ({ id }) => id });
  const rows = table.getRowModel().rows;
  const own = useMemo(
    () => ({
      where: say('readings.list'),
      keys: [
        { keys: ['↓', '↑'], does: say('readings.key.arrows') },
        ...(hasKeys ? gridKeys.map(({ key, does }) => ({ keys: [key], does: say(does) })) : []),
      ],
    }),
    [say, hasKeys],
  );
  usePageKeys(own);
  useEffect(() => {
    grid.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [grid, here]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement) return;
    const at = rows.findIndex(({ id }) => id === here);
    const arrow = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const step = arrow === 0 && hasKeys ? stepOfKey(event.key) : arrow;
    const next = rows[at + step];
    const one = rows[at]?.original;
    if (step !== 0 && next) goTo(next.id);
    if (step !== 0 || (one && press(event.key, one))) event.preventDefault();
  };
  const heads = { subject: 'readings.subject', question: 'readings.question', at: 'exception.at' } as const;
  const toggle = (id: string): void =>
    choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  return (
    <div
      ref={grid}
      className={classes.grid}
      role="region"
      tabIndex={0}
      aria-label={say('readings.list')}
      aria-keyshortcuts={hasKeys ? gridKeys.map(({ key }) => key).join(' ') : undefined}
      onKeyDown={onKeyDown}
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <input
                type="checkbox"
                className={classes.box}
                aria-label={say('readings.choose-all')}
                checked={chosen.length === items.length}
                onChange={() => choose(chosen.length === items.length ? [] : items.map(({ id }) => id))}
              />
            </Table.Th>
            {table.getAllColumns().map((column) => {
              const sorted = column.getIsSorted();
              return (
                <Table.Th
                  key={column.id}
                  aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : 'none'}
                >
                  <button type="button" className={classes.sort} onClick={() => column.toggleSorting()}>
                    {say(heads[column.id as keyof typeof heads])}
                    <span aria-hidden>{sorted === 'asc' ? ' ↑' : sorted === 'desc' ? ' ↓' : ''}</span>
                  </button>
                </Table.Th>
              );
            })}
            <Table.Th>{say('payments.state')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ id, original: one }) => (
            <Table.Tr
              key={id}
              className={classes.row}
              data-here={id === here || undefined}
              aria-current={id === here ? 'true' : undefined}
              onClick={() => goTo(id)}
            >
              <Table.Td>
                <input
                  type="checkbox"
                  className={classes.box}
                  aria-label={say('readings.choose', { name: subjectOf(one) })}
                  checked={chosen.includes(id)}
                  onChange={() => toggle(id)}
                />
              </Table.Td>
              <Table.Td>
                <b>{subjectOf(one)}</b>
              </Table.Td>
              <Table.Td>
                {said.title(one.kind === 'finding' ? one.rule : one.reason)}
                <Text size="xs" c="dimmed" lineClamp={1} maw={420}>
                  {said.told(saidOf(one)).detail}
                </Text>
              </Table.Td>
              <Table.Td className="figure">{figures.moment(one.at)}</Table.Td>
              <Table.Td>
                <Tag tone={one.kind === 'finding' && one.severity === 'warning' ? 'calm' : 'warn'}>
                  {say(`exception.${one.kind}`)}
                </Tag>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
