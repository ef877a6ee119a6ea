import { GraphChart, SankeyChart } from 'echarts/charts'
import { use } from 'echarts/core'

// The kit's charts know the drawings that every page may need; these two are of the chains alone.
use([GraphChart, SankeyChart])

export { Chart as ChainChart } from '@tingzhou/ui'
