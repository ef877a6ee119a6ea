import { Drawer, Form, Input, Radio, Select } from 'antd'
import { FormBox, Panel, StateTag, useCommand, useNarrow, useText, VerbButton, When } from '@tingzhou/ui'
import { useState } from 'react'
import { movedKeys } from './api.ts'
import { actOn, type ActInput } from './desk-api.ts'
import {
  actFields,
  actOf,
  isAct,
  otherVerbs,
  verbsOf,
  type ActField,
  type ActName,
  type ActValues,
  type DeskTask,
  type DeskVerb,
} from './desk-specs.ts'
import { PersonSelect } from './pickers.tsx'
import { keyed, type ItemCase, type Texts } from './words.ts'

/** 任务: who has the case, whose signature is asked, and what may be done with it beside deciding. */
export function DeskPanel({ item }: { readonly item: ItemCase }) {
  const t = useText('services')
  const [open, setOpen] = useState<DeskVerb | null>(null)
  const { desk } = item
  if (!desk || (desk.tasks.length === 0 && desk.verbs.length === 0)) return null
  const rest = otherVerbs(desk)
  return (
    <Panel
      title={t('desk.title')}
      aside={desk.status === 'suspended' && <StateTag tone="attention">{t('desk.suspended')}</StateTag>}
    >
      <ul className="services-lines">
        {desk.tasks.map((task) => (
          <li key={task.id} className="services-wraps">
            <span>
              <strong>{nodeName(t, task.nodeId, task.name)}</strong>
              <span className="tz-caption services-under">
                {t('desk.assignee')} {task.assignee?.name ?? t('desk.nobody')}
                {task.dueAt !== null && (
                  <>
                    {' · '}
                    {t('progress.due')} <When at={task.dueAt} />
                  </>
                )}
              </span>
              {task.held && <StateTag tone="busy">{t('desk.held')}</StateTag>}
              {task.delegatedBy !== null && <StateTag tone="busy">{t('desk.delegated')}</StateTag>}
              {task.signs.map((sign) => (
                <span key={sign.id} className="tz-caption services-under">
                  {t(`desk.sign_${sign.when}`, { name: sign.by.name })}
                </span>
              ))}
            </span>
            <Verbs verbs={verbsOf(desk, task)} onOpen={setOpen} />
          </li>
        ))}
      </ul>
      {rest.length > 0 && <Verbs verbs={rest} onOpen={setOpen} />}
      <ActDrawer item={item} offer={open} close={() => setOpen(null)} />
    </Panel>
  )
}

/** A node as it is called in the ordinary drawing; one of a drawing of its own by the name it was drawn with. */
export const nodeName = (t: Texts, nodeId: string, drawn: string): string => keyed(t, 'node.item-case', nodeId, drawn)

function Verbs({ verbs, onOpen }: { readonly verbs: readonly DeskVerb[]; readonly onOpen: (verb: DeskVerb) => void }) {
  const t = useText('services')
  return (
    <span className="services-verbs">
      {verbs.map((offer) =>
        isAct(offer.verb) ? (
          <Verb key={`${offer.verb} ${offer.taskId}`} offer={offer} verb={offer.verb} onOpen={onOpen} />
        ) : null,
      )}
      {verbs.length === 0 && <span className="tz-caption">{t('desk.no_verbs')}</span>}
    </span>
  )
}

function Verb(props: { readonly offer: DeskVerb; readonly verb: ActName; readonly onOpen: (verb: DeskVerb) => void }) {
  const { offer, verb, onOpen } = props
  const t = useText('services')
  const word = t(`casework.${verb}`)
  const command = useCommand({ run: actOn, invalidate: movedKeys, success: t('did_it', { verb: word }) })
  const isAtOnce = actFields[verb].length === 0
  return (
    <VerbButton
      size="small"
      reason={offer.reason === null ? null : keyed(t, 'reason', offer.reason, t('reason.not_now'))}
      loading={command.pending}
      onClick={() => (isAtOnce ? void command.run({ id: offer.taskId, act: actOf(verb, {}) }) : onOpen(offer))}
    >
      {word}
    </VerbButton>
  )
}

type Output = Awaited<ReturnType<typeof actOn>>

function ActDrawer(props: { readonly item: ItemCase; readonly offer: DeskVerb | null; readonly close: () => void }) {
  const { item, offer, close } = props
  const t = useText('services')
  const narrow = useNarrow()
  const verb = offer && isAct(offer.verb) ? offer.verb : null
  return (
    <Drawer
      open={verb !== null}
      onClose={close}
      title={verb && t(`casework.${verb}`)}
      size={narrow ? '100%' : 560}
      destroyOnHidden
    >
      {offer && verb && <ActForm key={`${verb} ${offer.taskId}`} item={item} offer={offer} verb={verb} close={close} />}
    </Drawer>
  )
}

function ActForm(props: {
  readonly item: ItemCase
  readonly offer: DeskVerb
  readonly verb: ActName
  readonly close: () => void
}) {
  const { item, offer, verb, close } = props
  const t = useText('services')
  const word = t(`casework.${verb}`)
  const command = useCommand({ run: actOn, invalidate: movedKeys, success: t('did_it', { verb: word }) })
  const task = item.desk?.tasks.find(({ id }) => id === offer.taskId)
  return (
    <>
      <p>{t(`casework_text.${verb}`)}</p>
      <FormBox<ActValues, ActInput, Output>
        command={command}
        initial={verb === 'add_sign' ? { when: 'before' } : {}}
        toInput={(values) => ({ id: offer.taskId, act: actOf(verb, values) })}
        fieldNames={{ 'act.to': 'to', 'act.signId': 'signId', 'act.toNodeId': 'toNodeId', 'act.reason': 'reason' }}
        submit={word}
        done={close}
        onCancel={close}
      >
        {actFields[verb].map((field) => (
          <Field key={field} field={field} item={item} {...(task ? { task } : {})} />
        ))}
      </FormBox>
    </>
  )
}

function Field({ field, item, task }: { readonly field: ActField; readonly item: ItemCase; readonly task?: DeskTask }) {
  const t = useText('services')
  const must = (label: string) => [{ required: true, message: t('rule.required', { label }) }]
  switch (field) {
    case 'to':
      return (
        <Form.Item name="to" label={t('field.to')} rules={must(t('field.to'))}>
          <PersonSelect partyId={null} />
        </Form.Item>
      )
    case 'when':
      return (
        <Form.Item name="when" label={t('field.when')} rules={must(t('field.when'))}>
          <Radio.Group
            options={(['before', 'after'] as const).map((value) => ({ value, label: t(`desk.when_${value}`) }))}
          />
        </Form.Item>
      )
    case 'agrees':
      return (
        <Form.Item name="agrees" label={t('field.agrees')} rules={must(t('field.agrees'))}>
          <Radio.Group
            options={[
              { value: true, label: t('desk.agrees') },
              { value: false, label: t('desk.disagrees') },
            ]}
          />
        </Form.Item>
      )
    case 'sign':
      return (
        <Form.Item name="signId" label={t('field.sign')} rules={must(t('field.sign'))}>
          <Select options={(task?.signs ?? []).map(({ id, by }) => ({ value: id, label: by.name }))} />
        </Form.Item>
      )
    case 'node':
      return (
        <Form.Item name="toNodeId" label={t('field.node')} rules={must(t('field.node'))}>
          <Select
            options={(item.desk?.passed ?? [])
              .filter(({ nodeId }) => nodeId !== task?.nodeId)
              .map(({ nodeId, name }) => ({ value: nodeId, label: nodeName(t, nodeId, name) }))}
          />
        </Form.Item>
      )
    case 'reason':
    case 'words':
      return (
        <Form.Item
          name={field}
          label={t(`field.${field}`)}
          rules={[{ required: true, whitespace: true, message: t('rule.required', { label: t(`field.${field}`) }) }]}
        >
          <Input.TextArea rows={3} maxLength={1000} showCount />
        </Form.Item>
      )
  }
}

/** 催办: who waits for it, and since when they say so. */
export function UrgePanel({ item }: { readonly item: ItemCase }) {
  const t = useText('services')
  if (item.urges.length === 0) return null
  return (
    <Panel title={t('urge.title')}>
      <ul className="services-lines">
        {item.urges.map((urge) => (
          <li key={`${urge.at} ${urge.by}`}>
            <span>
              {urge.words}
              <span className="tz-caption services-under">
                {t(`urge.${urge.side}`)} · {urge.by}
              </span>
            </span>
            <When at={urge.at} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
