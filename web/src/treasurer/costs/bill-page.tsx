import { Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { peopleMeOptions, supplierBillsGetOptions } from '../../api/generated/@tanstack/react-query.gen';
import { useOfficeWords } from '../../messages/office';
import { BillPaper } from './bill-paper';

/** One supplier's bill: what it says, what it comes to when recomputed, its paper, and the decisions about it. */
export function BillPage() {
  const say = useOfficeWords();
  const { bill: id } = useParams({ strict: false });
  const [{ data: bill }, { data: me }] = useSuspenseQueries({
    queries: [supplierBillsGetOptions({ path: { id: id ?? '' } }), peopleMeOptions()],
  });
  return (
    <Stack gap="lg">
      <div>
        <Text size="sm">
          <Link to="/costs">{say('place.costs')}</Link>
        </Text>
        <Title order={1} size="h2">
          {say('bill.title', { supplier: bill.supplier, number: bill.number })}
        </Title>
      </div>
      <BillPaper bill={bill} mayDecide={me.roles.includes('treasurer')} />
    </Stack>
  );
}
