import { useQuery } from '@tanstack/react-query'
import { Checkbox, Form, Input } from 'antd'
import {
  FormBox,
  Page,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useCommand,
  useLate,
  useMe,
  useText,
  VerbButton,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  ClearIcon,
  type Content,
} from '@tingzhou/ui'
import { useState } from 'react'
import type { Category as CategoryDetail } from '../categories-contract.ts'
import { api } from './api.ts'
import { useCategories, type Category } from './catalogue.ts'
import { mayRule } from './roles.ts'
import { TextItem } from './room.tsx'

/** The two-level taxonomy: codes are stable for ever, names may change, retired codes keep their history. */
export function CategoryPage() {
  const t = useText('needs')
  const me = useMe()
  const query = useQuery(api.appeals.categories.queryOptions())
  const late = useLate(query.isPending)
  const { all } = useCategories()
  const { item } = useOpenForm()
  const [words, setWords] = useState('')
  const refused = mayRule(me) ? null : t('reason.rule_role')
  const fits = ({ code, name }: Category) =>
    words === '' || `${code} ${name}`.toLowerCase().includes(words.toLowerCase())
  const groups = all
    .filter(({ code }) => code.length === 2)
    .map((group) => ({
      group,
      children: all.filter((entry) => entry.parent === group.code && (fits(entry) || fits(group))),
    }))
    .filter(({ group, children }) => fits(group) || children.length > 0)
  return (
    <Page
      title={t('categories.title')}
      primary={
        <OpenFormButton name="add" primary reason={refused}>
          {t('categories.add')}
        </OpenFormButton>
      }
    >
      <p className="tz-second needs-reading">{t('categories.intro')}</p>
      <div className="needs-filters">
        <Input.Search
          allowClear={{ clearIcon: <ClearIcon /> }}
          className="needs-search"
          aria-label={t('categories.search')}
          placeholder={t('categories.search')}
          onChange={(event) => setWords(event.target.value.trim())}
        />
      </div>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {late && <SkeletonLines lines={8} />}
      {groups.map(({ group, children }) => (
        <section key={group.code} className="tz-panel">
          <header className="tz-panel-head">
            <h2>
              <span className="tz-mono">{group.code}</span> {group.name} {group.retired && <Retired />}
            </h2>
            <OpenFormButton name="change" size="small" item={group.code} reason={refused}>
              {t('verb.change')}
            </OpenFormButton>
          </header>
          <ul className="needs-lines">
            {children.map((entry) => (
              <li key={entry.code}>
                <span>
                  <span className="tz-mono">{entry.code}</span> {entry.name} {entry.retired && <Retired />}
                </span>
                <OpenFormButton name="change" size="small" item={entry.code} reason={refused}>
                  {t('verb.change')}
                </OpenFormButton>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <FormDrawer name="add" title={t('categories.add')}>
        <Add />
      </FormDrawer>
      <FormDrawer name="change" title={t('categories.change')}>
        {item && <Change key={item} code={item} />}
      </FormDrawer>
    </Page>
  )
}

function Retired() {
  const t = useText('needs')
  return (
    <StateTag tone="plain" shape="cross">
      {t('categories.retired')}
    </StateTag>
  )
}

type Values = {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly hint?: string
  readonly public?: boolean
  readonly why?: string
}

function NameFields() {
  const t = useText('needs')
  return (
    <>
      <TextItem name="nameZh" label={t('categories.name_zh')} max={40} required />
      <TextItem name="nameEn" label={t('categories.name_en')} max={80} required />
      <TextItem name="hint" label={t('categories.hint')} max={400} rows={2} extra={t('categories.hint_help')} />
      <Form.Item name="public" valuePropName="checked" extra={t('categories.public_help')}>
        <Checkbox>{t('categories.public')}</Checkbox>
      </Form.Item>
    </>
  )
}

function Add() {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.categories.create.call,
    invalidate: [api.appeals.categories.key()],
    success: t('saved'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.categories.create.call>[0], CategoryDetail>
      draft="needs.category.new"
      command={command}
      toInput={({ code, nameZh, nameEn, hint = '', public: open = false }) => ({
        code,
        nameZh,
        nameEn,
        hint,
        public: open,
      })}
      submit={t('categories.add')}
      done={close}
      onCancel={close}
    >
      <Form.Item
        name="code"
        label={t('categories.code')}
        extra={t('categories.code_help')}
        rules={[{ required: true, pattern: /^\d{2}(\d{2})?$/, message: t('categories.code_rule') }]}
      >
        <Input maxLength={4} inputMode="numeric" className="needs-number" />
      </Form.Item>
      <NameFields />
    </FormBox>
  )
}

function Change({ code }: { readonly code: string }) {
  const query = useQuery(api.categories.get.queryOptions({ input: { code } }))
  const late = useLate(query.isPending)
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return late ? <SkeletonLines lines={4} /> : null
  return <ChangeForm category={query.data} />
}

function ChangeForm({ category }: { readonly category: CategoryDetail }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  type Input = Parameters<typeof api.categories.change.call>[0]
  const command = useCommand({
    run: api.categories.change.call,
    invalidate: [api.appeals.categories.key(), api.categories.key()],
    success: t('saved'),
  })
  const { code, rev, nameZh, nameEn, hint, public: open, retired } = category
  return (
    <>
      <p className="tz-mono">{code}</p>
      <FormBox<Values, Input, CategoryDetail>
        initial={{ nameZh, nameEn, hint, public: open }}
        command={command}
        toInput={(values): Content<Input> => ({
          code,
          rev,
          nameZh: values.nameZh,
          nameEn: values.nameEn,
          hint: values.hint ?? '',
          public: values.public ?? false,
          why: values.why ?? '',
        })}
        submit={t('verb.save')}
        done={close}
        onCancel={close}
      >
        <NameFields />
        <TextItem name="why" label={t('field.why')} max={500} />
      </FormBox>
      <section className="needs-section">
        <p className="tz-second">{t('categories.retire_text')}</p>
        <VerbButton
          loading={command.pending}
          onClick={() => void command.run({ code, rev, retired: !retired })}
          {...(retired
            ? {}
            : { confirm: { title: t('categories.retire_title', { code }), verb: t('categories.retire') } })}
        >
          {t(retired ? 'categories.restore' : 'categories.retire')}
        </VerbButton>
      </section>
    </>
  )
}
