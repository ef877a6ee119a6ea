import { demoContract } from '@tingzhou/demo/contract'
import { createApi, useText } from '@tingzhou/ui'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, Progress } from 'antd'
import { useEffect } from 'react'
import { accessApi } from '../shell/api.ts'

const demoApi = createApi(demoContract, 'demo')
const askEveryMs = 2_000

/** How far the demo zone is built; its accounts come into the list as they are made. Nothing once it is ready. */
export function DemoBuilding() {
  const t = useText('shell')
  const client = useQueryClient()
  const { data: status } = useQuery({
    ...demoApi.status.queryOptions(),
    refetchInterval: (query) => (query.state.data?.live === true ? false : askEveryMs),
  })
  const phase = status?.phase
  useEffect(() => {
    void client.invalidateQueries({ queryKey: accessApi.session.demoAccounts.key() })
  }, [client, phase])
  if (!status || status.live) return null
  return (
    <Alert
      className="tz-problem"
      type="info"
      showIcon
      title={t('demo.building', { percent: status.percent })}
      description={
        <>
          <p>{t(`demo.phase.${status.phase}`)}</p>
          <Progress
            percent={status.percent}
            status="active"
            showInfo={false}
            aria-label={t('demo.building', { percent: status.percent })}
          />
        </>
      }
    />
  )
}
