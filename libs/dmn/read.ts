/** DMN XML → Model. Source: DMN 1.5 clauses 6.3 and 7.3.2; the namespaces of 1.1 to 1.5. */
import { err, ok, type Result } from '@tingzhou/kernel'
import { normalName } from './feel/syntax.ts'
import { boxedIn, functionOf, placeOf, textOf, typeRefOf, variableOf } from './read-boxed.ts'
import { childOf, childrenOf, readXml, type XmlElement } from './xml.ts'
import type { Complaint } from './complaint.ts'
import type {
  Decision,
  DecisionService,
  DrgElement,
  Import,
  InputData,
  ItemDefinition,
  KnowledgeModel,
  Model,
  Reference,
} from './model.ts'

/** The namespaces of DMN: 1.1, 1.2, 1.3, 1.4 and 1.5; later ones are read as the last. */
const dmnNamespace = /^https?:\/\/www\.omg\.org\/spec\/DMN\/\d{8}\/(?:MODEL\/?|dmn\.xsd)$/

/**
 * Reads the structure of one DMN file; check.ts judges what is in it.
 * @param xml  DMN 1.1 to 1.5 XML, with or without diagram interchange
 */
export function parseModel(xml: string): Result<Model, readonly Complaint[]> {
  const root = readXml(xml)
  if (!root.ok) return err([{ ...root.error, severity: 'error', elementId: null, value: null } satisfies Complaint])
  const { name, namespace, attributes, line } = root.value
  // Some tools leave the elements in a namespace of their own and only declare that of DMN.
  const isDeclared = [namespace, ...Object.values(attributes)].some((value) => dmnNamespace.test(value))
  if (name !== 'definitions' || !isDeclared) {
    const message = `the root is ${name} of "${namespace}", not the definitions of a DMN model`
    return err([{ kind: 'not_dmn', severity: 'error', elementId: null, line, message, value: namespace }])
  }
  return ok({
    name: attributes['name'] ?? '',
    namespace: attributes['namespace'] ?? '',
    imports: childrenOf(root.value, 'import').flatMap(importOf),
    types: childrenOf(root.value, 'itemDefinition').map(itemDefinitionOf),
    elements: root.value.children.flatMap(drgElementOf),
  })
}

function importOf(element: XmlElement): readonly Import[] {
  const type = element.attributes['importType'] ?? ''
  // Models of other languages (PMML, XSD) are read over; what refers to them is complained about where it is used.
  if (type !== '' && !dmnNamespace.test(type)) return []
  return [
    {
      ...placeOf(element),
      name: normalName(element.attributes['name'] ?? ''),
      namespace: element.attributes['namespace'] ?? '',
    },
  ]
}

function itemDefinitionOf(element: XmlElement): ItemDefinition {
  const allowed = childOf(element, 'allowedValues')
  const constraint = childOf(element, 'typeConstraint')
  const functionItem = childOf(element, 'functionItem')
  return {
    ...placeOf(element),
    name: normalName(element.attributes['name'] ?? ''),
    isCollection: element.attributes['isCollection'] === 'true',
    typeRef: typeRefOf(element),
    allowedValues: allowed === null ? null : textOf(allowed),
    typeConstraint: constraint === null ? null : textOf(constraint),
    components: childrenOf(element, 'itemComponent').map(itemDefinitionOf),
    functionItem:
      functionItem === null
        ? null
        : {
            parameters: childrenOf(functionItem, 'parameters').map((parameter) => variableOf(parameter, '')),
            resultRef: functionItem.attributes['outputTypeRef'] ?? null,
          },
  }
}

function drgElementOf(element: XmlElement): readonly DrgElement[] {
  const name = normalName(element.attributes['name'] ?? '')
  const common = { ...placeOf(element), name, variable: variableOf(childOf(element, 'variable'), name) }
  switch (element.name) {
    case 'decision':
      return [{ ...common, kind: 'decision', ...requirementsOf(element), logic: boxedIn(element) } satisfies Decision]
    case 'inputData':
      return [{ ...common, kind: 'input' } satisfies InputData]
    case 'businessKnowledgeModel': {
      const logic = childOf(element, 'encapsulatedLogic')
      const { knows } = requirementsOf(element)
      return [
        {
          ...common,
          kind: 'knowledge',
          knows,
          logic: logic === null ? null : functionOf(logic),
        } satisfies KnowledgeModel,
      ]
    }
    case 'decisionService': {
      const references = (child: string) => childrenOf(element, child).flatMap(referenceOf)
      return [
        {
          ...common,
          kind: 'service',
          outputs: references('outputDecision'),
          encapsulated: references('encapsulatedDecision'),
          inputDecisions: references('inputDecision'),
          inputData: references('inputData'),
        } satisfies DecisionService,
      ]
    }
    default:
      return []
  }
}

function requirementsOf(element: XmlElement): Pick<Decision, 'requires' | 'knows'> {
  const within = (outer: string, names: readonly string[]) =>
    childrenOf(element, outer).flatMap((requirement) =>
      requirement.children.filter((child) => names.includes(child.name)).flatMap(referenceOf),
    )
  return {
    requires: within('informationRequirement', ['requiredDecision', 'requiredInput']),
    knows: within('knowledgeRequirement', ['requiredKnowledge']),
  }
}

function referenceOf(element: XmlElement): readonly Reference[] {
  const href = element.attributes['href']
  if (href === undefined) return []
  const at = href.lastIndexOf('#')
  const namespace = at <= 0 ? null : href.slice(0, at)
  return [{ ...placeOf(element), namespace, target: at < 0 ? href : href.slice(at + 1) }]
}
