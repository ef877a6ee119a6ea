import enterpriseChange from './data/one-things/01-enterprise-change.json' with { type: 'json' }
import transportCompany from './data/one-things/02-transport-company.json' with { type: 'json' }
import restaurant from './data/one-things/03-restaurant.json' with { type: 'json' }
import utilities from './data/one-things/04-utilities.json' with { type: 'json' }
import creditRepair from './data/one-things/05-credit-repair.json' with { type: 'json' }
import listingCheck from './data/one-things/06-listing-check.json' with { type: 'json' }
import bankruptcyCheck from './data/one-things/07-bankruptcy-check.json' with { type: 'json' }
import deregistration from './data/one-things/08-deregistration.json' with { type: 'json' }
import newborn from './data/one-things/09-newborn.json' with { type: 'json' }
import schoolEntry from './data/one-things/10-school-entry.json' with { type: 'json' }
import socialSecurityCard from './data/one-things/11-social-security-card.json' with { type: 'json' }
import disability from './data/one-things/12-disability.json' with { type: 'json' }
import retirement from './data/one-things/13-retirement.json' with { type: 'json' }
import { OneThing } from './one-thing.ts'

const files: readonly unknown[] = [
  enterpriseChange,
  transportCompany,
  restaurant,
  utilities,
  creditRepair,
  listingCheck,
  bankruptcyCheck,
  deregistration,
  newborn,
  schoolEntry,
  socialSecurityCard,
  disability,
  retirement,
]

/** Drawings of their own that some of their items run on. */
export const builtInDrawings = [
  {
    oneThing: 'utilities',
    key: 'item-case.utilities.joint_survey',
    file: 'modules/services/data/drawings/joint-survey.bpmn',
  },
] as const

/**
 * The thirteen one-things of the State Council's list, as a zone finds them on the first day: rows to edit, never constants.
 * Read when it is asked for: a page that needs none of them does not pay for it. O(files).
 */
export const builtInOneThings = (): readonly OneThing[] => files.map((file) => OneThing.parse(file))
