import { chainsJobs } from '@tingzhou/chains/compute'
import { serveCompute } from '@tingzhou/compute'
import { freightJobs } from '@tingzhou/freight/compute'
import { marketJobs } from '@tingzhou/market/compute'

// The program of the server's threads: every piece of work that a module hands to them.
serveCompute([...chainsJobs, ...freightJobs, ...marketJobs])
