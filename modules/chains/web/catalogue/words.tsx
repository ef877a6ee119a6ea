import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  formatNumber,
  inputOf,
  ListPage,
  rowItem,
  StateTag,
  useCommand,
  useOpenForm,
  useOpenRow,
  useText,
  When,
  type Shape,
  type Tone,
} from '@tingzhou/ui'
import { wordContract } from '../../catalogue/product-contract.ts'
import { wordStates, type WordState } from '../../words.ts'
import { api } from '../api.ts'
import type { NamedAnswer, Word } from './api.ts'
import { LangItem, ProductItem, ProductLink, useKeeping, useSaidOfNames } from './parts.tsx'

const schema = inputOf(wordContract.list)

const looks: Readonly<Record<WordState, readonly [Tone, Shape]>> = {
  open: ['attention', 'ring'],
  alias: ['good', 'check'],
  ignored: ['plain', 'cross'],
}

type Decision = Parameters<typeof api.words.decide.call>[0]

/** Words of postings that no list knows, most seen first: each becomes a name of a product or is ignored, by keyboard too. */
export function WordQueue() {
  const t = useText('chains')
  const refused = useKeeping()
  const { open } = useOpenForm()
  const ignore = useCommand<Decision, NamedAnswer>({
    run: api.words.decide.call,
    invalidate: [api.words.key()],
    success: t('catalogue.word.ignored'),
  })
  const isOpen = (row: Word) => row.state !== 'alias' && refused === null
  return (
    <>
      <ListPage
        name="chains.words"
        title={t('catalogue.word.title')}
        schema={schema}
        source={{ key: api.words.list.key(), load: (input, signal) => api.words.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        onOpen={(row) => open('word', rowItem(row))}
        searchHint={t('catalogue.word.hint')}
        rowKeys={[
          { key: 'a', label: t('catalogue.word.name_it'), run: (row) => isOpen(row) && open('word', rowItem(row)) },
          {
            key: 'x',
            label: t('catalogue.word.ignore'),
            run: (row) => {
              if (isOpen(row) && row.state === 'open')
                void ignore.run({ id: row.id, rev: row.rev, decision: 'ignored' })
            },
          },
        ]}
        columns={[
          { key: 'word', title: t('catalogue.word.one'), card: 'title', render: (row) => row.word },
          {
            key: 'seen',
            title: t('catalogue.word.seen'),
            align: 'right',
            card: 'decides',
            render: (row) => formatNumber(row.seen),
          },
          {
            key: 'example',
            title: t('catalogue.word.example'),
            card: 'decides',
            render: (row) => <span className="catalogue-change">{row.example}</span>,
          },
          { key: 'last', title: t('catalogue.word.last'), render: (row) => <When at={row.lastAt} /> },
          {
            key: 'state',
            title: t('catalogue.column.state'),
            card: 'decides',
            render: (row) => <WordStand word={row} />,
          },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('catalogue.column.state'),
            options: wordStates.map((value) => ({ value, label: t(`catalogue.word.state.${value}`) })),
          },
        ]}
        views={wordStates.map((state) => ({
          key: state,
          label: t(`catalogue.word.state.${state}`),
          params: { state },
        }))}
        live={['chain_word']}
        empty={{ nothing: t('catalogue.word.empty') }}
      >
        <p className="tz-second">{t('catalogue.word.intro')}</p>
      </ListPage>
      <FormDrawer name="word" title={t('catalogue.word.decide')}>
        <Decide />
      </FormDrawer>
    </>
  )
}

function WordStand({ word }: { readonly word: Word }) {
  const t = useText('chains')
  const [tone, shape] = looks[word.state]
  return (
    <>
      <StateTag tone={tone} shape={shape}>
        {t(`catalogue.word.state.${word.state}`)}
      </StateTag>{' '}
      {word.product && <ProductLink product={word.product} />}
      {word.decidedBy !== null && <span className="tz-caption"> {word.decidedBy}</span>}
    </>
  )
}

type Values = { readonly productCode: string; readonly lang: 'zh' | 'en' }

function Decide() {
  const t = useText('chains')
  const refused = useKeeping()
  const said = useSaidOfNames()
  const { id, rev, close } = useOpenRow()
  const { data: word } = useQuery(api.words.get.queryOptions({ input: { id } }))
  const command = useCommand<Decision, NamedAnswer>({
    run: api.words.decide.call,
    invalidate: [api.words.key(), api.products.key()],
    success: said,
  })
  if (!word) return null
  return (
    <FormBox<Values, Decision, NamedAnswer>
      initial={{ lang: /\p{Script=Han}/u.test(word.word) ? 'zh' : 'en' }}
      command={command}
      reason={word.state === 'alias' ? t('catalogue.word.decided') : refused}
      toInput={({ productCode, lang }) => ({ id, rev, decision: 'alias', productCode, lang })}
      submit={t('catalogue.word.name_it')}
      done={close}
      onCancel={close}
    >
      <p>
        <strong>{word.word}</strong> <span className="tz-second">{t('catalogue.word.times', { n: word.seen })}</span>
      </p>
      <blockquote className="tz-second catalogue-change">{word.example}</blockquote>
      <ProductItem name="productCode" label={t('catalogue.word.of')} required />
      <LangItem />
    </FormBox>
  )
}
