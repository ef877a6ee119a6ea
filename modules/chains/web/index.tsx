import {
  AimOutlined,
  ApartmentOutlined,
  HomeOutlined,
  UnorderedListOutlined,
  CalculatorOutlined,
  CarOutlined,
  DeploymentUnitOutlined,
  ThunderboltOutlined,
  PartitionOutlined,
  QuestionCircleOutlined,
  TagsOutlined,
} from '@ant-design/icons'
import type { ScreenModule } from '@tingzhou/ui'
import { readingRoles } from '../roles.ts'
import { useWordCount } from './catalogue/word-count.ts'
import { firmNav, firmRoutes } from './firms/screens.ts'
import { readersOnly } from './readers-only.tsx'

/** The screens of chains. */
export const screens: ScreenModule = {
  name: 'chains',
  routes: {
    console: [
      readersOnly(
        [...readingRoles, 'guide'],
        [
          { path: 'chain-targets', lazy: { Component: async () => (await import('./target/board.tsx')).TargetBoard } },
          {
            path: 'chain-targets/list',
            lazy: { Component: async () => (await import('./target/board.tsx')).TargetList },
          },
          {
            path: 'chain-targets/new',
            lazy: { Component: async () => (await import('./target/open-target.tsx')).TargetNew },
          },
          {
            path: 'chain-targets/:id',
            lazy: { Component: async () => (await import('./target/target-page.tsx')).TargetPage },
          },
        ],
      ),
      readersOnly(
        [...readingRoles, 'enterprise'],
        [
          ...firmRoutes.console,
          {
            path: 'chain-products',
            lazy: { Component: async () => (await import('./catalogue/product-list.tsx')).ProductList },
          },
          {
            path: 'chain-products/new',
            lazy: { Component: async () => (await import('./catalogue/product-form.tsx')).ProductNew },
          },
          {
            path: 'chain-products/:code',
            lazy: { Component: async () => (await import('./catalogue/product-page.tsx')).ProductPage },
          },
          {
            path: 'chain-products/:code/recipe',
            lazy: { Component: async () => (await import('./catalogue/recipe-form.tsx')).RecipeForm },
          },
        ],
      ),
      readersOnly(readingRoles, [
        { path: 'chain-lines', lazy: { Component: async () => (await import('./target/lines.tsx')).LineList } },
        {
          path: 'chain-lines/:key',
          lazy: { Component: async () => (await import('./target/line-page.tsx')).LinePage },
        },
        { path: 'chain-plants', lazy: { Component: async () => (await import('./target/plants.tsx')).PlantList } },
        { path: 'chain-plants/new', lazy: { Component: async () => (await import('./target/plants.tsx')).PlantNew } },
        { path: 'chain-plants/:id', lazy: { Component: async () => (await import('./target/plants.tsx')).PlantPage } },
        {
          path: 'chain-chains',
          lazy: { Component: async () => (await import('./catalogue/chain-list.tsx')).ChainList },
        },
        {
          path: 'chain-chains/new',
          lazy: { Component: async () => (await import('./catalogue/chain-form.tsx')).ChainNew },
        },
        {
          path: 'chain-chains/:code',
          lazy: { Component: async () => (await import('./catalogue/chain-page.tsx')).ChainPage },
        },
        {
          path: 'chain-chains/:code/change',
          lazy: { Component: async () => (await import('./catalogue/chain-form.tsx')).ChainChange },
        },
        {
          path: 'chain-clusters',
          lazy: { Component: async () => (await import('./catalogue/clusters.tsx')).ClusterPage },
        },
        {
          path: 'chain-clusters/change',
          lazy: { Component: async () => (await import('./catalogue/clusters.tsx')).ClusterChange },
        },
        { path: 'chain-words', lazy: { Component: async () => (await import('./catalogue/words.tsx')).WordQueue } },
        {
          path: 'industry-chains',
          lazy: { Component: async () => (await import('./map/industry-list.tsx')).IndustryList },
        },
        {
          path: 'industry-chains/:code',
          lazy: { Component: async () => (await import('./map/industry-page.tsx')).IndustryPage },
        },
        {
          path: 'chain-network',
          lazy: { Component: async () => (await import('./map/network-page.tsx')).NetworkPage },
        },
        { path: 'chain-shocks', lazy: { Component: async () => (await import('./map/shock-page.tsx')).ShockPage } },
        { path: 'chain-savings', lazy: { Component: async () => (await import('./map/saving-page.tsx')).SavingPage } },
        { path: 'chain-runs', lazy: { Component: async () => (await import('./map/runs.tsx')).RunList } },
        { path: 'chain-runs/:id', lazy: { Component: async () => (await import('./map/runs.tsx')).RunPage } },
        {
          path: 'chain-settings',
          lazy: { Component: async () => (await import('./settings-page.tsx')).ChainSettingsPage },
        },
      ]),
    ],
    counter: [
      ...firmRoutes.counter,
      {
        path: 'chain-products',
        lazy: { Component: async () => (await import('./catalogue/product-list.tsx')).ProductList },
      },
      { path: 'chain-savings', lazy: { Component: async () => (await import('./map/saving-page.tsx')).SavingPage } },
    ],
    screen: [{ path: 'chains', lazy: { Component: async () => (await import('./map/wall.tsx')).ChainWall } }],
  },
  nav: [
    {
      key: 'chain-lines',
      labelKey: 'chain_line.title',
      icon: UnorderedListOutlined,
      path: '/chain-lines',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71.5,
    },
    {
      key: 'chain-targets',
      labelKey: 'target.nav',
      icon: AimOutlined,
      path: '/chain-targets',
      groupKey: 'nav.group',
      roles: [...readingRoles, 'guide'],
      order: 71.6,
    },
    {
      key: 'chain-plants',
      labelKey: 'plant.title',
      icon: HomeOutlined,
      path: '/chain-plants',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71.7,
    },
    ...firmNav,
    {
      key: 'chain-products',
      labelKey: 'catalogue.nav.products',
      icon: TagsOutlined,
      path: '/chain-products',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 72.1,
    },
    {
      key: 'chain-chains',
      labelKey: 'catalogue.nav.chains',
      icon: PartitionOutlined,
      path: '/chain-chains',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 72.2,
    },
    {
      key: 'chain-words',
      labelKey: 'catalogue.nav.words',
      icon: QuestionCircleOutlined,
      path: '/chain-words?state=open',
      useCount: useWordCount,
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 72.3,
    },
    {
      key: 'chain-products-counter',
      labelKey: 'catalogue.nav.products',
      icon: TagsOutlined,
      path: '/counter/chain-products',
      surface: 'counter',
      roles: ['enterprise'],
      order: 33,
    },
    {
      key: 'industry-chains',
      labelKey: 'industry.nav',
      icon: ApartmentOutlined,
      path: '/industry-chains',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71,
    },
    {
      key: 'chain-network',
      labelKey: 'network.title',
      icon: DeploymentUnitOutlined,
      path: '/chain-network',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71.1,
    },
    {
      key: 'chain-shocks',
      labelKey: 'shock.title',
      icon: ThunderboltOutlined,
      path: '/chain-shocks',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71.2,
    },
    {
      key: 'chain-runs',
      labelKey: 'chain_run.title',
      icon: CalculatorOutlined,
      path: '/chain-runs',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71.3,
    },
    {
      key: 'chain-savings',
      labelKey: 'saving.title',
      icon: CarOutlined,
      path: '/chain-savings',
      groupKey: 'nav.group',
      roles: readingRoles,
      order: 71.4,
    },
    {
      key: 'chain-savings-counter',
      labelKey: 'saving.title',
      icon: CarOutlined,
      path: '/counter/chain-savings',
      surface: 'counter',
      roles: ['enterprise'],
      order: 32,
    },
  ],
  verbs: [],
  objects: [
    { kind: 'chain_target', labelKey: 'target.title', path: (id) => `/chain-targets/${id}` },
    {
      kind: 'chain_outside',
      labelKey: 'firms.outside',
      path: (id, surface) => (surface === 'counter' ? `/counter/chain-firms/${id}` : `/chain-firms/${id}`),
    },
  ],
  locales: { 'zh-CN': () => import('./locales/zh-CN.json'), en: () => import('./locales/en.json') },
}
