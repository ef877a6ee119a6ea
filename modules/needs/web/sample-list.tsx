import { useQuery } from '@tanstack/react-query'
import { Form, Radio } from 'antd'
import {
  FormBox,
  ListPage,
  StateTag,
  useCommand,
  useMe,
  useText,
  When,
  holdsRole,
  FormDrawer,
  inputOf,
  OpenFormButton,
  useOpenForm,
  NumberItem,
  type Content,
} from '@tingzhou/ui'
import { sampleContract, sampleVerdicts, type Sample } from '../samples-contract.ts'
import { api } from './api.ts'
import { useDepartments } from './catalogue.ts'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'
import { AppealStateTag } from './tags.tsx'

const schema = inputOf(sampleContract.list)

const looks = {
  sound: { tone: 'good', shape: 'check' },
  unsound: { tone: 'bad', shape: 'cross' },
} as const

/** Closed cases that were drawn by lot to be looked at again: was it really solved, and really said? */
export function SampleList() {
  const t = useText('needs')
  const me = useMe()
  const departments = useDepartments()
  const rule = useQuery(api.samples.rule.queryOptions({ input: {} }))
  const refused = holdsRole(me, ['supervisor']) ? null : t('samples.supervisor_only')
  return (
    <>
      <ListPage
        name="needs.samples"
        title={t('samples.title')}
        schema={schema}
        source={{ key: api.samples.list.key(), load: (input, signal) => api.samples.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => `/appeals/${row.appeal.id}`}
        verbs={
          <OpenFormButton name="rule" reason={mayRule(me) ? null : t('reason.rule_role')}>
            {t('samples.change_rule')}
          </OpenFormButton>
        }
        columns={[
          {
            key: 'title',
            title: t('column.title'),
            card: 'title',
            render: ({ appeal }) => (
              <>
                <span className="tz-caption tz-mono">{appeal.no}</span> {appeal.title}
              </>
            ),
          },
          { key: 'owner', title: t('column.owner'), card: 'decides', render: (row) => row.owner?.name ?? '–' },
          { key: 'drawn', title: t('samples.drawn'), card: 'decides', render: (row) => <When at={row.drawnAt} /> },
          {
            key: 'verdict',
            title: t('samples.verdict'),
            card: 'decides',
            render: (row) => <Verdict row={row} reason={refused} />,
          },
          {
            key: 'words',
            title: t('samples.words'),
            render: (row) => <span className="needs-clamp">{row.words}</span>,
          },
          {
            key: 'checkedBy',
            title: t('samples.checked_by'),
            hidden: true,
            render: (row) => row.checkedBy?.name ?? '–',
          },
          {
            key: 'state',
            title: t('column.state'),
            hidden: true,
            render: ({ appeal }) => <AppealStateTag state={appeal.state} />,
          },
        ]}
        views={[{ key: 'waiting', label: t('samples.waiting'), params: { checked: 'false' } }]}
        filters={[
          { kind: 'flag', key: 'checked', label: t('samples.checked') },
          {
            kind: 'choice',
            key: 'verdict',
            label: t('samples.verdict'),
            options: sampleVerdicts.map((value) => ({ value, label: t(`samples.verdicts.${value}`) })),
          },
          {
            kind: 'choice',
            key: 'ownerId',
            label: t('column.owner'),
            options: departments.map(({ id, name }) => ({ value: id, label: name })),
          },
        ]}
        live={['appeal']}
        empty={{ nothing: t('samples.empty') }}
      >
        <p className="tz-second">{t('samples.intro', { percent: rule.data?.percent ?? '–' })}</p>
      </ListPage>
      <FormDrawer name="check" title={t('samples.check')}>
        <Check />
      </FormDrawer>
      <FormDrawer name="rule" title={t('samples.change_rule')}>
        {rule.data && <ChangeRule percent={rule.data.percent} rev={rule.data.rev} />}
      </FormDrawer>
    </>
  )
}

function Verdict({ row, reason }: { readonly row: Sample; readonly reason: string | null }) {
  const t = useText('needs')
  if (row.verdict) return <StateTag {...looks[row.verdict]}>{t(`samples.verdicts.${row.verdict}`)}</StateTag>
  return (
    <OpenFormButton name="check" size="small" item={`${row.id} ${row.rev}`} reason={reason}>
      {t('samples.check')}
    </OpenFormButton>
  )
}

type CheckInput = Parameters<typeof api.samples.check.call>[0]
type CheckValues = { verdict?: CheckInput['verdict']; words?: string }

function Check() {
  const t = useText('needs')
  const { item, close } = useOpenForm()
  const [id = '', rev = ''] = (item ?? '').split(' ')
  const command = useCommand({ run: api.samples.check.call, invalidate: [api.samples.key()], success: t('saved') })
  return (
    <FormBox<CheckValues, CheckInput, unknown>
      draft={`needs.sample.${id}`}
      initial={{}}
      command={command}
      toInput={({ verdict = 'sound', words = '' }): Content<CheckInput> => ({ id, rev: Number(rev), verdict, words })}
      submit={t('samples.save')}
      done={close}
      onCancel={close}
    >
      <Form.Item
        name="verdict"
        label={t('samples.verdict')}
        rules={[{ required: true, message: t('rule.say', { label: t('samples.verdict') }) }]}
      >
        <Radio.Group options={sampleVerdicts.map((value) => ({ value, label: t(`samples.verdicts.${value}`) }))} />
      </Form.Item>
      <TextItem name="words" label={t('samples.words')} max={1000} rows={4} extra={t('samples.words_hint')} />
    </FormBox>
  )
}

type RuleInput = Parameters<typeof api.samples.changeRule.call>[0]
type RuleValues = { percent?: number; why?: string }

function ChangeRule({ percent, rev }: { readonly percent: number; readonly rev: number }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.samples.changeRule.call, invalidate: [api.samples.key()], success: t('saved') })
  return (
    <FormBox<RuleValues, RuleInput, unknown>
      draft={`needs.sampling.${rev}`}
      initial={{ percent }}
      command={command}
      toInput={(values): Content<RuleInput> => ({ rev, percent: values.percent ?? percent, why: values.why ?? '' })}
      submit={t('samples.save')}
      done={close}
      onCancel={close}
    >
      <NumberItem name="percent" label={t('samples.percent')} min={0} max={100} digits={2} unit="%" />
      <TextItem name="why" label={t('field.why')} max={500} rows={2} />
    </FormBox>
  )
}
