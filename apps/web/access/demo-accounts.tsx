import { useText, type Membership, type Role } from '@tingzhou/ui'

export type DemoAccount = {
  readonly username: string
  readonly name: string
  readonly memberships: readonly Membership[]
}

/** The order in which the loop meets them; whoever holds no role applies for something. */
const order: readonly (Role | 'applicant')[] = [
  'applicant',
  'enterprise',
  'dispatcher',
  'dept_head',
  'dept_officer',
  'area_lead',
  'callback_agent',
  'supervisor',
  'guide',
  'visitor_officer',
  'window_officer',
  'duty_officer',
  'leader',
  'auditor',
  'finance',
  'weighbridge_clerk',
  'admin',
]

type Props = {
  readonly accounts: readonly DemoAccount[]
  readonly busy: boolean
  readonly onPick: (username: string) => void
}

const shownMax = 6

// firm10 after firm9.
const byNumber = new Intl.Collator('en', { numeric: true })

/** The accounts of the demo by role; one press signs in. */
export function DemoAccounts(props: Props) {
  const t = useText('shell')
  return (
    <section className="tz-demo" aria-label={t('demo.title')}>
      <h2>{t('demo.title')}</h2>
      <p className="tz-login-lead">{t('demo.lead')}</p>
      {order.map((role) => {
        const accounts = props.accounts
          .filter(({ memberships }) => (memberships[0]?.role ?? 'applicant') === role)
          .toSorted((a, b) => byNumber.compare(a.username, b.username))
        if (accounts.length === 0) return null
        return (
          <div key={role} className="tz-demo-group">
            <h3>{t(role === 'applicant' ? 'demo.applicant' : `role.${role}`)}</h3>
            <Cards {...props} accounts={accounts.slice(0, shownMax)} />
            {accounts.length > shownMax && (
              <details>
                <summary>{t('demo.more', { n: accounts.length - shownMax })}</summary>
                <Cards {...props} accounts={accounts.slice(shownMax)} />
              </details>
            )}
          </div>
        )
      })}
    </section>
  )
}

function Cards({ accounts, busy, onPick }: Props) {
  const t = useText('shell')
  return (
    <ul>
      {accounts.map((account) => (
        <li key={account.username}>
          <button type="button" className="tz-demo-card" disabled={busy} onClick={() => onPick(account.username)}>
            <strong>{account.name}</strong>
            <span className="tz-caption">
              {account.memberships.length === 0
                ? t('demo.no_role')
                : (account.memberships[0]?.partyName ?? t('role.whole_zone'))}{' '}
              · <span className="tz-mono">{account.username}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
