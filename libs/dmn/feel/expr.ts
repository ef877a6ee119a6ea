/** The syntax of FEEL as a tree. Positions are offsets in the text. */
export type Operator = '+' | '-' | '*' | '/' | '**'
export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

export type Expr =
  | { readonly kind: 'literal'; readonly value: null | boolean | number | string }
  /** `@"…"`, or date("…") and its like when `call` names the function. */
  | { readonly kind: 'at'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string; readonly at: number }
  /** The value that a unary test is about. */
  | { readonly kind: 'input' }
  | { readonly kind: 'list'; readonly items: readonly Expr[] }
  | { readonly kind: 'context'; readonly entries: readonly { readonly key: string; readonly value: Expr }[] }
  | { readonly kind: 'path'; readonly target: Expr; readonly name: string }
  | { readonly kind: 'filter'; readonly target: Expr; readonly test: Expr }
  | { readonly kind: 'arithmetic'; readonly operator: Operator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'negative'; readonly value: Expr }
  | { readonly kind: 'comparison'; readonly operator: Comparison; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'between'; readonly value: Expr; readonly from: Expr; readonly to: Expr }
  | { readonly kind: 'in'; readonly value: Expr; readonly tests: readonly Expr[] }
  | { readonly kind: 'if'; readonly test: Expr; readonly whenTrue: Expr; readonly whenFalse: Expr }
  | { readonly kind: 'for'; readonly iterators: readonly Iterator[]; readonly body: Expr }
  | { readonly kind: 'some' | 'every'; readonly iterators: readonly Iterator[]; readonly body: Expr }
  | { readonly kind: 'range'; readonly from: Expr; readonly to: Expr; readonly fromIn: boolean; readonly toIn: boolean }
  /** `< 10` standing alone. */
  | { readonly kind: 'bound'; readonly operator: Comparison; readonly value: Expr }
  | { readonly kind: 'call'; readonly target: Expr; readonly args: readonly Expr[] }
  | {
      readonly kind: 'named call'
      readonly target: Expr
      readonly args: readonly { readonly name: string; readonly value: Expr }[]
    }
  | {
      readonly kind: 'function'
      readonly parameters: readonly { readonly name: string; readonly type: TypeExpr | null }[]
      readonly body: Expr
      readonly isExternal: boolean
    }
  | { readonly kind: 'instance of'; readonly value: Expr; readonly type: TypeExpr }

export type Iterator = {
  readonly name: string
  readonly from: Expr
  /** `for i in 1..3`; null when it goes through a list. */
  readonly to: Expr | null
}

export type TypeExpr =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'list' | 'range'; readonly element: TypeExpr }
  | { readonly kind: 'context'; readonly entries: readonly { readonly name: string; readonly type: TypeExpr }[] }
  | { readonly kind: 'function'; readonly parameters: readonly TypeExpr[]; readonly result: TypeExpr }

/** What stands in a cell: `-`, a list of tests, or its negation. */
export type UnaryTests =
  | { readonly kind: 'any' }
  | { readonly kind: 'tests'; readonly isNegated: boolean; readonly tests: readonly Expr[] }
