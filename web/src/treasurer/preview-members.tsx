import { Paper } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { runViewsChangesOptions, runViewsPreviewOptions } from '../api/generated/@tanstack/react-query.gen';
import type { RunChanges, RunPreview } from '../api/generated/types.gen';
import { compare, magnitude, percentOf } from '../figures/exact';
import { useOfficeWords } from '../messages/office';
import { ListHead } from '../parts/list-head';
import { MemberDrawer } from './member-drawer';
import { type PreviewRow, PreviewTable } from './preview-table';

/** What each member would be billed, against last time, those that changed most first. */
export function PreviewMembers({ run }: { run: string }) {
  const say = useOfficeWords();
  const navigate = useNavigate();
  const { member: opened } = useSearch({ strict: false });
  const [{ data: preview }, { data: changes }] = useSuspenseQueries({
    queries: [runViewsPreviewOptions({ path: { id: run } }), runViewsChangesOptions({ path: { id: run } })],
  });
  const open = useCallback(
    (member?: string): void =>
      void navigate({ to: '.', search: member === undefined ? {} : { member }, replace: true } as never),
    [navigate],
  );
  const rows = useMemo(() => rowsOf(preview, changes), [preview, changes]);
  const shown = preview.members.find(({ member }) => member.code === opened);
  return (
    <>
      {rows.length > 0 && (
        <Paper>
          <ListHead
            title={say('preview.members', { count: rows.length })}
            csv={[
              'preview',
              ['member', 'name', 'net', 'last net', 'change', 'gross', 'currency'],
              ...rows.map(({ member, net, before, difference, gross }) => [
                ...[member.code, member.name, net, before ?? '', difference, gross, preview.currency],
              ]),
            ]}
          />
          <PreviewTable rows={rows} currency={preview.currency} open={open} />
        </Paper>
      )}
      <MemberDrawer run={run} member={shown} currency={preview.currency} close={() => open()} />
    </>
  );
}

/** Those that changed most come first. */
function rowsOf({ members }: RunPreview, { items }: RunChanges): readonly PreviewRow[] {
  const changes = new Map(items.map((change) => [change.member.id, change]));
  return members
    .map(({ member, net, gross }) => {
      const change = changes.get(member.id);
      const before = change?.before?.net;
      const difference = change?.difference ?? net;
      const percent = before === undefined ? undefined : percentOf(difference, before);
      return { member, net, gross, before, difference, percent, size: magnitude(difference) };
    })
    .toSorted((a, b) => compare(b.size, a.size));
}
