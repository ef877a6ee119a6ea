import { Modal } from 'antd'
import { useText, VerbButton } from '@tingzhou/ui'
import type { Side } from './merge.ts'

export type ClashLine = {
  readonly key: string
  readonly label: string
  readonly mine: string
  readonly theirs: string
}

/** 冲突: what two windows of one draft changed differently; whoever writes chooses, nothing is thrown away before. */
export function ClashDialog(props: { readonly lines: readonly ClashLine[]; readonly onChoose: (side: Side) => void }) {
  const t = useText('services')
  return (
    <Modal
      open={props.lines.length > 0}
      title={t('clash.title')}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <span className="services-verbs">
          <VerbButton onClick={() => props.onChoose('theirs')}>{t('clash.take_theirs')}</VerbButton>
          <VerbButton type="primary" onClick={() => props.onChoose('mine')}>
            {t('clash.keep_mine')}
          </VerbButton>
        </span>
      }
    >
      <p>{t('clash.text')}</p>
      <div className="services-scroll" role="region" tabIndex={0} aria-label={t('clash.title')}>
        <table className="services-table">
          <thead>
            <tr>
              <th>{t('clash.what')}</th>
              <th>{t('clash.mine')}</th>
              <th>{t('clash.theirs')}</th>
            </tr>
          </thead>
          <tbody>
            {props.lines.map(({ key, label, mine, theirs }) => (
              <tr key={key}>
                <th scope="row">{label}</th>
                <td className="services-break">{mine || t('clash.nothing')}</td>
                <td className="services-break">{theirs || t('clash.nothing')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Modal>
  )
}
