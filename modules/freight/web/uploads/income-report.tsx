import { FormDrawer, OpenFormButton, useMe, useText, zoneToday } from '@tingzhou/ui'
import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { quartersBefore } from './months.ts'
import { seesNumbers } from './rights.ts'

const quartersShown = 8

/** Gives the quarter's report of incomes for the tax office; numbers stand in it whole, so that only few may take it. */
export function IncomeReport() {
  const t = useText('freight')
  const me = useMe()
  const quarters = quartersBefore(zoneToday(), quartersShown)
  const [quarter, setQuarter] = useState(quarters[1] ?? '')
  return (
    <>
      <OpenFormButton name="income" reason={seesNumbers(me) ? null : t('reason.numbers')}>
        {t('income_report.title')}
      </OpenFormButton>
      <FormDrawer name="income" title={t('income_report.title')}>
        <p className="tz-second">{t('income_report.means')}</p>
        <Form layout="vertical" className="tz-form">
          <Form.Item label={t('income_report.quarter')} htmlFor="income-quarter">
            <Select
              id="income-quarter"
              value={quarter}
              onChange={setQuarter}
              options={quarters.map((value) => ({ value, label: value }))}
            />
          </Form.Item>
          <Button type="primary" href={`/api/v1/freight-income-reports/${quarter}/export.xlsx`} download>
            {t('income_report.take')}
          </Button>
        </Form>
      </FormDrawer>
    </>
  )
}
