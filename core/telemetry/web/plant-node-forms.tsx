import { FormBox, ProblemAlert, SkeletonLines, useCommand, useOpenForm, useText, type Content } from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { Alert, Form, Input, Select } from 'antd'
import { useState, type ReactNode } from 'react'
import { isBelow, nodeLevels, segmentRule, type NodeLevel } from '../plant-rule.ts'
import { KeeperDrawer } from './keeper-drawer.tsx'
import { api, nameOf } from './api.ts'
import { PlaceSelect } from './place-select.tsx'
import { plantKeys } from './plant-nodes.ts'
import { usePlantPlace } from './plant-place.ts'

type Node = Awaited<ReturnType<typeof api.plantNode.call>>

/** The drawers in which places are made, renamed, moved and taken out of use. */
export function NodeForms() {
  const t = useText('telemetry')
  return (
    <>
      <KeeperDrawer name="add-node" title={t('plant.add')}>
        <OfNode>{(node) => <AddNode parent={node} />}</OfNode>
      </KeeperDrawer>
      <KeeperDrawer name="set-node" title={t('plant.set')}>
        <OfNode>{(node) => node && <SetNode node={node} />}</OfNode>
      </KeeperDrawer>
      <KeeperDrawer name="move-node" title={t('plant.move')}>
        <OfNode>{(node) => node && <MoveNode node={node} />}</OfNode>
      </KeeperDrawer>
      <KeeperDrawer name="retire-node" title={t('plant.retire')}>
        <OfNode>{(node) => node && <RetireNode node={node} />}</OfNode>
      </KeeperDrawer>
    </>
  )
}

/** The place that the form is about: the one that the address names. */
function OfNode({ children }: { readonly children: (node: Node | null) => ReactNode }) {
  const { item } = useOpenForm()
  const { node } = usePlantPlace()
  const id = item ?? node
  const asked = useQuery({ ...api.plantNode.queryOptions({ input: { id: id ?? '' } }), enabled: id !== null })
  if (id === null) return children(null)
  if (asked.isPending) return <SkeletonLines lines={5} />
  if (!asked.data) return <ProblemAlert problem={asked.error} onRetry={() => void asked.refetch()} />
  return children(asked.data)
}

type Names = { readonly zh: string; readonly en?: string }
const namesOf = ({ zh, en }: Names) => ({ zh, en: en?.trim() ? en : zh })
const nameFields = { 'name.zh': 'zh', 'name.en': 'en' }

/** A name in both languages; the English one may be left out. */
export function NameFields() {
  const t = useText('telemetry')
  return (
    <div className="tz-plant-pair">
      <Form.Item name="zh" label={t('plant.name_zh')} rules={[{ required: true, whitespace: true }]}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="en" label={t('plant.name_en')} extra={t('plant.name_en_hint')}>
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
    </div>
  )
}

function SegmentField() {
  const t = useText('telemetry')
  return (
    <Form.Item
      name="segment"
      label={t('plant.segment')}
      extra={t('plant.segment_hint')}
      normalize={(text: string) => text.toUpperCase()}
      rules={[{ required: true, pattern: segmentRule, message: t('add.code_rule') }]}
    >
      <Input maxLength={40} autoComplete="off" />
    </Form.Item>
  )
}

function TypeField() {
  const t = useText('telemetry')
  const profiles = useQuery(api.profiles.queryOptions({ input: {} }))
  return (
    <Form.Item name="profileKey" label={t('field.type')} extra={t('plant.type_hint')}>
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        loading={profiles.isPending}
        placeholder={t('plant.type_none')}
        options={(profiles.data?.rows ?? []).map(({ key, name, points }) => ({
          value: key,
          label: t('plant.type_option', { name: nameOf(name), n: points }),
        }))}
      />
    </Form.Item>
  )
}

type AddInput = Parameters<typeof api.addPlantNode.call>[0]
type AddValues = Names & Pick<AddInput, 'level' | 'segment' | 'parentId' | 'profileKey'>

/** The level that most often stands in one: the next one down. */
const nextLevel = (level: NodeLevel | undefined): NodeLevel =>
  nodeLevels[level === undefined ? 0 : nodeLevels.indexOf(level) + 1] ?? 'equipment'

function AddNode({ parent }: { readonly parent: Node | null }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const { set } = usePlantPlace()
  const [form] = Form.useForm<AddValues>()
  const place = parent?.level === 'equipment' ? parent.path.at(-1) : parent
  const level = Form.useWatch('level', form) ?? nextLevel(place?.level)
  const add = useCommand({
    run: api.addPlantNode.call,
    invalidate: plantKeys(),
    success: ({ code }) => t('plant.added', { code }),
  })
  return (
    <FormBox<AddValues, AddInput, { id: string; code: string }>
      command={add}
      form={form}
      fieldNames={nameFields}
      initial={{ level: nextLevel(place?.level), parentId: place?.id ?? null }}
      toInput={({ zh, en, parentId, profileKey, ...rest }) => ({
        ...rest,
        name: namesOf({ zh, ...(en ? { en } : {}) }),
        parentId: parentId ?? null,
        profileKey: profileKey ?? null,
      })}
      submit={t('plant.add')}
      done={({ id }) => set('node', id)}
      onCancel={close}
    >
      <Form.Item name="parentId" label={t('plant.parent')}>
        <PlaceSelect below={level} />
      </Form.Item>
      <Form.Item name="level" label={t('plant.level')} extra={t('plant.level_hint')} rules={[{ required: true }]}>
        <Select
          options={nodeLevels
            .filter((one) => place === undefined || place === null || isBelow(one, place.level) || one === level)
            .map((value) => ({ value, label: t(`plant.levels.${value}`) }))}
        />
      </Form.Item>
      <NameFields />
      <SegmentField />
      <TypeField />
    </FormBox>
  )
}

type SetInput = Parameters<typeof api.setPlantNode.call>[0]
type SetValues = Names & Pick<SetInput, 'profileKey'>

function SetNode({ node }: { readonly node: Node }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  // What the reader saw when the form opened.
  const [rev] = useState(node.rev)
  const save = useCommand({ run: api.setPlantNode.call, invalidate: plantKeys(), success: t('plant.saved') })
  return (
    <FormBox<SetValues, SetInput, { rev: number }>
      command={save}
      fieldNames={nameFields}
      initial={{ ...node.name, profileKey: node.profileKey }}
      toInput={({ zh, en, profileKey }) => ({
        id: node.id,
        rev,
        name: namesOf({ zh, ...(en ? { en } : {}) }),
        profileKey: profileKey ?? null,
      })}
      submit={t('manage.save')}
      done={close}
      onCancel={close}
    >
      <NameFields />
      <TypeField />
      <p className="tz-second">{t('plant.type_change')}</p>
    </FormBox>
  )
}

type MoveInput = Parameters<typeof api.movePlantNode.call>[0]
type MoveValues = Pick<MoveInput, 'parentId' | 'segment'>
type Moved = Awaited<ReturnType<typeof api.movePlantNode.call>>

function MoveNode({ node }: { readonly node: Node }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const [rev] = useState(node.rev)
  const move = useCommand({
    run: api.movePlantNode.call,
    invalidate: [...plantKeys(), api.points.key(), api.devices.key(), api.device.key()],
    success: ({ code, nodes }) => t('plant.moved', { code, n: nodes }),
  })
  return (
    <FormBox<MoveValues, MoveInput, Moved>
      command={move}
      initial={{ parentId: node.parentId, segment: node.segment }}
      toInput={({ parentId, segment }): Content<MoveInput> => ({
        id: node.id,
        rev,
        parentId: parentId ?? null,
        segment,
      })}
      submit={t('plant.move')}
      done={close}
      onCancel={close}
    >
      <Alert className="tz-problem" type="info" showIcon title={t('plant.move_text')} />
      <Form.Item name="parentId" label={t('plant.parent')}>
        <PlaceSelect below={node.level} without={node.id} />
      </Form.Item>
      <SegmentField />
    </FormBox>
  )
}

type RetireInput = Parameters<typeof api.retirePlantNode.call>[0]

function RetireNode({ node }: { readonly node: Node }) {
  const t = useText('telemetry')
  const { close } = useOpenForm()
  const { set } = usePlantPlace()
  const [rev] = useState(node.rev)
  const retire = useCommand({
    run: api.retirePlantNode.call,
    invalidate: plantKeys(),
    success: t('plant.retired', { code: node.code }),
  })
  return (
    <FormBox<Pick<RetireInput, 'reason'>, RetireInput, { id: string }>
      command={retire}
      initial={{}}
      toInput={({ reason }) => ({ id: node.id, rev, reason })}
      submit={t('plant.retire')}
      done={() => set('node', node.parentId)}
      onCancel={close}
    >
      <Alert
        className="tz-problem"
        type="warning"
        showIcon
        title={t('plant.retire_title', { name: nameOf(node.name), code: node.code })}
        description={t('plant.retire_text')}
      />
      <ReasonItem />
    </FormBox>
  )
}

/** Why; stands in the history. */
export function ReasonItem() {
  const t = useText('telemetry')
  return (
    <Form.Item name="reason" label={t('manage.reason')} rules={[{ required: true, whitespace: true, min: 2 }]}>
      <Input.TextArea rows={2} maxLength={500} />
    </Form.Item>
  )
}
