import { Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useSuspenseQueries } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { ownTariffsListOptions, peopleMeOptions } from '../../api/generated/@tanstack/react-query.gen';
import type { Refusal, Tariff, TariffPreview } from '../../api/generated/types.gen';
import { whole } from '../../api/whole';
import { monthOf } from '../../figures/figures';
import { todayIn } from '../../figures/today';
import { useOfficeWords } from '../../messages/office';
import { useFigures } from '../../messages/words';
import { ProblemNote } from '../../parts/problem-note';
import { CalledFields } from './called-fields';
import { bandsOf, useChoices } from './choices';
import { ComponentFields } from './component-fields';
import { daysOf, decided, type DecisionDraft } from './decision';
import { DecisionFields } from './decision-fields';
import { Refused, Told, useToldTariff } from './drafted';
import classes from './rules.module.css';
import { emptyComponent, emptyTariff, type TariffDrafted, tariffDraftOf, tariffTermsOf } from './tariff-draft';
import { TryPast } from './try-past';
import { asTyped } from './typed-terms';
import { useAdoptingTariff } from './use-adopting';
import { Year } from './year';

/** A tariff that is not there yet, with the prices that it begins with. */
export const NewTariffPage = () => <TariffForm own={undefined} />;

/** Other prices for a tariff, written on from those that it asks. */
export function TariffVersionPage() {
  const say = useOfficeWords();
  const { tariff: code } = useParams({ from: '/inside/rules/tariffs/$tariff' });
  const [{ data: tariffs }] = useSuspenseQueries({ queries: [whole(ownTariffsListOptions())] });
  const own = tariffs.items.find((tariff) => tariff.code === code);
  return own ? <TariffForm own={own} key={own.id} /> : <Text>{say('tariff.not-there', { code })}</Text>;
}

function useTariffForm(own: Tariff | undefined) {
  const [{ data: tariffs }, { data: me }] = useSuspenseQueries({
    queries: [whole(ownTariffsListOptions()), peopleMeOptions()],
  });
  const { typed } = useFigures();
  const today = todayIn(me.community.zone);
  const before = own?.versions.at(-1);
  const [called, setCalled] = useState({ code: '', name: '' });
  const [draft, setDraft] = useState(before ? tariffDraftOf(asTyped(before.terms, typed)) : emptyTariff);
  const [decision, setDecision] = useState<DecisionDraft>({
    ...{ from: monthOf(today, 1).from, to: '', adoptedBy: '', adoptedOn: today, decision: '' },
    ...{ votesFor: '', votesAgainst: '', votesAbstained: '' },
  });
  return { tariffs: tariffs.items, before, called, setCalled, draft, setDraft, decision, setDecision };
}

function TariffForm({ own }: { own: Tariff | undefined }) {
  const say = useOfficeWords();
  const { read } = useFigures();
  const { calendars, generations } = useChoices();
  const { tariffs, before, called, setCalled, draft, setDraft, decision, setDecision } = useTariffForm(own);
  const { adopt, isPending, error } = useAdoptingTariff(own);
  const bands = bandsOf(draft.by, calendars);
  const terms = tariffTermsOf(draft, bands, read);
  const told = useToldTariff(
    terms && decision.from !== '' ? { tariff: own?.code ?? null, days: daysOf(decision), terms } : undefined,
  );
  return (
    <Stack
      gap="lg"
      maw={980}
      component="form"
      onSubmit={(event: React.FormEvent) => {
        event.preventDefault();
        if (terms) adopt({ ...decided(decision), terms }, called);
      }}
    >
      <div>
        <Text size="sm">
          <Link to="/rules">{say('place.rules')}</Link>
        </Text>
        <Title order={1} size="h2">
          {own ? say('tariff.another', { name: own.name }) : say('tariff.new')}
        </Title>
        {before && <Text>{say('adopt.now', { sentence: before.sentence })}</Text>}
      </div>
      {!own && <CalledFields called={called} change={setCalled} />}
      <Paper>
        <NativeSelect
          label={say('tariff.by')}
          description={say('tariff.by-note')}
          value={draft.by}
          data={[
            { value: '', label: say('key.by-nothing') },
            ...calendars.map(({ code, name }) => ({ value: `calendar ${code}`, label: name })),
            ...generations.map(({ value, label }) => ({
              value: `generation ${value}`,
              label: say('key.by-generation', { name: label }),
            })),
          ]}
          onChange={(event) => setDraft({ ...draft, by: event.currentTarget.value })}
        />
        <Button component={Link} to="/rules/new-calendar" variant="default" size="xs" mt="xs">
          {say('calendar.new')}
        </Button>
        {calendars
          .filter(({ code }) => draft.by === `calendar ${code}`)
          .map(({ code, sentence }) => (
            <Text size="sm" key={code} mt="xs">
              {sentence}
            </Text>
          ))}
      </Paper>
      <Components draft={draft} change={setDraft} bands={bands} told={told.told} />
      <Told {...told}>
        <Year year={told.told?.year ?? null} />
      </Told>
      <Paper>
        <DecisionFields draft={decision} set={(part) => setDecision({ ...decision, ...part })} vote="none" />
      </Paper>
      <TryPast
        places={own ? [own] : tariffs}
        changeOf={(tariff) => (terms ? { kind: 'tariff', tariff, by: { terms } } : undefined)}
      />
      {error !== null && <ProblemNote error={error} />}
      <Group>
        <Button type="submit" loading={isPending}>
          {say('adopt.do')}
        </Button>
        {!terms && <Text size="sm">{say('draft.waiting')}</Text>}
      </Group>
    </Stack>
  );
}

/** The prices in the order in which a statement prints them, each with its sentence or with what stands in the way of it. */
function Components({
  draft,
  change,
  bands,
  told,
}: {
  draft: TariffDrafted;
  change: (draft: TariffDrafted) => void;
  bands: readonly string[];
  told: TariffPreview | undefined;
}) {
  const say = useOfficeWords();
  const { components } = draft;
  const put = (next: TariffDrafted['components']): void => change({ ...draft, components: next });
  const refused = told?.refused ?? null;
  const own = components.map(({ name }, index) => refused !== null && isOf(refused, name.trim(), index));
  return (
    <Paper component="section" aria-labelledby="prices">
      <Title order={2} size="h3" id="prices" mb="xs">
        {say('tariff.prices')}
      </Title>
      <Stack gap="sm">
        {components.map((component, index) => {
          const no = index + 1;
          const name = component.name.trim();
          const sentence = told?.components.find((one) => one.name === name)?.sentence;
          return (
            <fieldset className={classes.part} key={index}>
              <legend>{say('tariff.price', { no })}</legend>
              <ComponentFields
                draft={component}
                bands={component.kind === 'export-credit' && draft.by.startsWith('generation ') ? madeBands : bands}
                before={components.slice(0, index).map((one) => one.name.trim())}
                set={(part) => put(components.with(index, { ...component, ...part }))}
              />
              {sentence !== undefined && <Text size="sm">{sentence}</Text>}
              {refused && own[index] && <Refused refusal={refused} />}
              <Group gap="xs">
                {index > 0 && (
                  <Button variant="default" onClick={() => put(swapped(components, index - 1))}>
                    {say('tariff.price-up', { no })}
                  </Button>
                )}
                {components.length > 1 && (
                  <Button variant="default" onClick={() => put(components.filter((_, at) => at !== index))}>
                    {say('tariff.price-remove', { no })}
                  </Button>
                )}
              </Group>
            </fieldset>
          );
        })}
        {refused && !own.includes(true) && <Refused refusal={refused} />}
        <Group>
          <Button variant="default" onClick={() => put([...components, emptyComponent])}>
            {say('tariff.price-add')}
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}

/** What is made is used by others here, or flows out. */
const madeBands = ['local', 'export'];

/** Whether a refusal is about this price: by its name, also where one of its windows is named, or by its place. */
const isOf = ({ component, errors }: Refusal, name: string, index: number): boolean =>
  (component !== null && (component === name || component.startsWith(`${name}, `))) ||
  errors.some(({ pointer }) => pointer.startsWith(`/terms/components/${index}/`));

function swapped<Item>(items: readonly Item[], first: number): readonly Item[] {
  const [a, b] = [items[first], items[first + 1]];
  return a === undefined || b === undefined ? items : items.with(first, b).with(first + 1, a);
}
