import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  FormBox,
  FormDrawer,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  HistoryTrail,
} from '@tingzhou/ui'
import { useParams } from 'react-router'
import { api, type Saved } from '../api.ts'
import { useCodes } from '../codes.ts'
import { useDockPlaces } from '../dock/api.ts'
import { ChangeItems } from '../fields.tsx'
import { OpenTag, SyntheticMark } from '../tags.tsx'
import type { PlaceDetail } from './api.ts'
import { PlaceItems, placeInput, type PlaceValues } from './place-form.tsx'
import { keepsForShipper } from './rights.ts'

/** One place: where it is, whom to ask there, what happened to it. */
export function PlacePage() {
  const t = useText('freight')
  const me = useMe()
  const { id = '' } = useParams()
  const docks = useDockPlaces()
  const query = useQuery(api.places.get.queryOptions({ input: { id } }))
  const history = useQuery(api.places.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_place'], objectId: id, keys: [api.places.key()] })
  const divisions = useCodes('division')
  const place = query.data
  if (!place)
    return (
      <ObjectPage
        title={t('place.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const keeps = keepsForShipper(me, place.shipper?.id ?? null)
  return (
    <>
      <ObjectPage
        title={place.name}
        state={
          <>
            <OpenTag state={place.state} /> <SyntheticMark when={place.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="edit" primary reason={keeps ? null : t('reason.keep_places')}>
            {t('verb.change')}
          </OpenFormButton>
        }
        verbs={<VerbButton href={docks.board(id)}>{t('dock.title')}</VerbButton>}
        facts={[
          { label: t('field.shipper'), value: place.shipper?.name ?? t('place.common') },
          { label: t('field.division'), value: divisions.name(place.divisionCode) },
          { label: t('field.address'), value: place.address },
          {
            label: t('place.position'),
            value: <CopyId value={`${place.lonDeg.toFixed(6)}, ${place.latDeg.toFixed(6)}`} />,
          },
          { label: t('place.fence'), value: `${formatNumber(place.fenceM)} m` },
          { label: t('field.contact'), value: place.contact || '–' },
          { label: t('field.phone'), value: place.phone || '–' },
          { label: t('field.remark'), value: place.remark || '–' },
          { label: t('updated'), value: <When at={place.updatedAt} /> },
        ]}
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
      />
      <FormDrawer name="edit" title={t('place.change')}>
        <Edit place={place} />
      </FormDrawer>
    </>
  )
}

type EditValues = PlaceValues & { readonly state: 'open' | 'closed'; readonly why: string }

function Edit({ place }: { readonly place: PlaceDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.places.change.call, invalidate: [api.places.key()], success: t('saved') })
  return (
    <FormBox<EditValues, Parameters<typeof api.places.change.call>[0], Saved>
      initial={place}
      command={command}
      toInput={(values) => ({
        ...placeInput(values),
        state: values.state,
        why: values.why,
        id: place.id,
        rev: place.rev,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <PlaceItems />
      <ChangeItems />
    </FormBox>
  )
}
