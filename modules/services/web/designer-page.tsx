import { useQuery } from '@tanstack/react-query'
import { Drawer, Form, Input } from 'antd'
import {
  FormBox,
  ObjectPage,
  StateTag,
  useCommand,
  useMe,
  useNarrow,
  usePreferences,
  useText,
  VerbButton,
  When,
  type Content,
} from '@tingzhou/ui'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { api, registry } from './api.ts'
import { ClashDialog, type ClashLine } from './clash-dialog.tsx'
import { departmentChoices } from './department-choices.ts'
import { DesignerCheck } from './designer-check.tsx'
import { DesignerDiff } from './designer-diff.tsx'
import { DesignerDrawing } from './designer-drawing.tsx'
import { JointTab } from './designer-joint.tsx'
import { DesignerDryRun } from './designer-dry-run.tsx'
import { FieldsTab, ItemsTab, MaterialsTab, OverviewTab, SituationsTab, type Draft } from './designer-parts.tsx'
import { DesignerItemDrawings } from './designer-item-drawings.tsx'
import type { Clash } from './merge.ts'
import { mayDesign } from './roles.ts'
import { TablesTab } from './table-editor.tsx'
import { useVersionDraft, type LoadedVersion } from './use-version-draft.ts'
import { versionTones } from './version-list.tsx'
import { useSay } from './words.ts'

/** 一件事编辑器: a draft is written here part by part, checked, tried and published; a published version is only read. */
export function DesignerPage() {
  const t = useText('services')
  const { id = '' } = useParams()
  const query = useQuery({ ...api.editor.version.queryOptions({ input: { id } }), refetchOnWindowFocus: false })
  if (!query.data)
    return (
      <ObjectPage
        title={t('designer.title')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return <Designer key={id} version={query.data} />
}

function Designer({ version }: { readonly version: LoadedVersion }) {
  const t = useText('services')
  const say = useSay()
  const me = useMe()
  const register = useQuery(registry.departments.list.queryOptions({ input: {} }))
  const catalogue = useQuery(api.catalogue.departments.queryOptions())
  const { lang } = usePreferences()
  const drawings = useQuery(api.editor.drawings.queryOptions({ input: { id: version.id } }))
  const work = useVersionDraft(version)
  const [, setQuery] = useSearchParams()
  const refused = mayDesign(me) ? null : t('reason.admin_only')
  const isDraft = version.state === 'draft'
  const draft: Draft = {
    body: work.body,
    departments: departmentChoices(
      work.body,
      register.data?.rows ?? [],
      catalogue.data ?? [],
      register.data ? t('designer.not_in_zone') : '',
    ),
    drawings: (drawings.data ?? []).map(({ key }) => key),
    readOnly: !isDraft || refused !== null,
    change: work.change,
  }
  const open = (name: string) =>
    setQuery((now) => {
      const next = new URLSearchParams(now)
      next.set('do', name)
      return next
    })
  const first = work.dirty ? t('designer.save_first') : null
  return (
    <>
      <ObjectPage
        title={say(version.name) || version.code}
        id={isDraft ? version.code : `${version.code} v${version.version}`}
        state={<StateTag tone={versionTones[version.state]}>{t(`version_state.${version.state}`)}</StateTag>}
        primary={
          isDraft ? (
            <VerbButton type="primary" reason={refused ?? first} onClick={() => open('publish')}>
              {t('verb.publish')}
            </VerbButton>
          ) : undefined
        }
        verbs={
          isDraft ? (
            <>
              <RemoveDraft version={version} reason={refused} />
              <VerbButton
                reason={refused ?? (work.dirty ? null : t('designer.nothing_to_save'))}
                loading={work.pending}
                shortcut="s"
                onClick={() => void work.save()}
              >
                {t('verb.save')}
              </VerbButton>
            </>
          ) : (
            version.state === 'published' && (
              <VerbButton reason={refused} onClick={() => open('retire')}>
                {t('verb.retire')}
              </VerbButton>
            )
          )
        }
        facts={[
          {
            label: t('versions.edited'),
            value: (
              <>
                {version.editedBy} <When at={version.editedAt} />
              </>
            ),
          },
          { label: t('versions.applications'), value: String(version.applications) },
          { label: t('designer.process'), value: <span className="tz-mono">{version.processKey}</span> },
          ...(version.why ? [{ label: t('field.why'), value: version.why }] : []),
        ]}
        tabs={[
          { key: 'overview', label: t('tab.overview'), children: <OverviewTab draft={draft} /> },
          { key: 'items', label: t('tab.items'), children: <ItemsTab draft={draft} /> },
          { key: 'materials', label: t('tab.materials'), children: <MaterialsTab draft={draft} /> },
          { key: 'situations', label: t('tab.situations'), children: <SituationsTab draft={draft} /> },
          { key: 'joint', label: t('joint.title'), children: <JointTab draft={draft} /> },
          { key: 'fields', label: t('tab.fields'), children: <FieldsTab draft={draft} /> },
          { key: 'tables', label: t('tab.tables'), children: <TablesTab draft={draft} /> },
          {
            key: 'drawing',
            label: t('tab.drawing'),
            children: (
              <DesignerDrawing code={version.code} xml={work.xml} readOnly={draft.readOnly} onChange={work.draw} />
            ),
          },
          {
            key: 'item_drawings',
            label: t('tab.item_drawings'),
            children: (
              <DesignerItemDrawings
                id={version.id}
                code={version.code}
                body={work.body}
                rev={work.rev}
                lang={lang === 'zh-CN' ? 'zh' : 'en'}
                readOnly={draft.readOnly}
                dirty={work.dirty}
                onSaved={work.saved}
              />
            ),
          },
          {
            key: 'check',
            label: t('tab.check'),
            children: <DesignerCheck id={version.id} body={work.body} dirty={work.dirty} />,
          },
          {
            key: 'dry_run',
            label: t('tab.dry_run'),
            children: <DesignerDryRun id={version.id} body={work.body} dirty={work.dirty} />,
          },
          { key: 'diff', label: t('tab.diff'), children: <DesignerDiff id={version.id} dirty={work.dirty} /> },
        ]}
      />
      <WhyDrawer name="publish" version={version} />
      <WhyDrawer name="retire" version={version} />
      <ClashDialog lines={work.clashes.map(clashLine)} onChoose={work.choose} />
    </>
  )
}

/** A place of the draft that two people wrote into, by the names and codes on the way to it. */
function clashLine({ path, mine, theirs }: Clash): ClashLine {
  const text = (value: unknown) =>
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
  const label = path.slice(path[0] === 'body' ? 1 : 0).join(' › ')
  return { key: path.join('.'), label, mine: text(mine).slice(0, 300), theirs: text(theirs).slice(0, 300) }
}

function RemoveDraft({ version, reason }: { readonly version: LoadedVersion; readonly reason: string | null }) {
  const t = useText('services')
  const navigate = useNavigate()
  const command = useCommand({
    run: api.editor.remove.call,
    invalidate: [api.editor.versions.key()],
    success: t('designer.removed'),
    done: () => void navigate('/one-thing-versions'),
  })
  return (
    <VerbButton
      danger
      reason={reason}
      loading={command.pending}
      confirm={{
        title: t('designer.remove_draft', { code: version.code }),
        verb: t('verb.remove'),
      }}
      onClick={() => void command.run({ id: version.id, rev: version.rev })}
    >
      {t('verb.remove')}
    </VerbButton>
  )
}

type WhyInput = Parameters<typeof api.editor.publish.call>[0]
type WhyOutput = { readonly id: string; readonly rev: number }

/** Publishing and retiring say why; both stand in the history for good. */
function WhyDrawer({ name, version }: { readonly name: 'publish' | 'retire'; readonly version: LoadedVersion }) {
  const t = useText('services')
  const narrow = useNarrow()
  const [query, setQuery] = useSearchParams()
  const close = () =>
    setQuery(
      (now) => {
        const next = new URLSearchParams(now)
        next.delete('do')
        return next
      },
      { replace: true },
    )
  const command = useCommand<WhyInput, WhyOutput>({
    run: (input) => (name === 'publish' ? api.editor.publish.call(input) : api.editor.retire.call(input)),
    invalidate: [api.editor.key(), api.catalogue.key()],
    success: t(`designer.${name}_done`),
  })
  return (
    <Drawer
      open={query.get('do') === name}
      onClose={close}
      title={t(`verb.${name}`)}
      size={narrow ? '100%' : 560}
      destroyOnHidden
    >
      <p>{t(`designer.${name}_text`)}</p>
      <FormBox<{ readonly why: string }, WhyInput, WhyOutput>
        command={command}
        submit={t(`verb.${name}`)}
        toInput={({ why }): Content<WhyInput> => ({ id: version.id, rev: version.rev, why })}
        done={close}
        onCancel={close}
      >
        <Form.Item
          name="why"
          label={t('field.why')}
          rules={[{ required: true, whitespace: true, message: t('rule.required', { label: t('field.why') }) }]}
        >
          <Input.TextArea rows={4} maxLength={500} showCount />
        </Form.Item>
      </FormBox>
    </Drawer>
  )
}
