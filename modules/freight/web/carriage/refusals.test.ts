import { describe, expect, it } from 'vitest'
import { ApiProblem } from '@tingzhou/ui'
import { readable, saying } from './refusals.ts'
import { formatPrice, formatQuantity } from './scaled.ts'

describe('a refusal of the server', () => {
  it('is said in the units that the reader wrote', () => {
    expect(readable('余 64500，64501 超过余量', (value) => formatQuantity(value, 'ton'))).toBe(
      '余 64.500，64.501 超过余量',
    )
    expect(readable('7800100 高于最高限价', formatPrice)).toBe('78.001 高于最高限价')
    expect(readable('余 2，3 超过余量', (value) => formatQuantity(value, 'truck'))).toBe('余 2，3 超过余量')
  })

  it('keeps its kind, status and field, and leaves other fields alone', async () => {
    const refuse = () =>
      Promise.reject(
        new ApiProblem('load_taken', {
          status: 409,
          data: {
            kind: 'load_taken',
            title: 'x',
            status: 409,
            requestId: 'r1',
            errors: [
              { field: 'quantity', rule: 'fits_left', message: '2000' },
              { field: 'carrierId', rule: 'one_share', message: '2000' },
            ],
          },
        }),
      )
    const failure = await saying(refuse, () => 'ton')({}).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ApiProblem)
    expect((failure as ApiProblem).status).toBe(409)
    expect((failure as ApiProblem).requestId).toBe('r1')
    expect((failure as ApiProblem).errors.map(({ field, message }) => [field, message])).toEqual([
      ['quantity', '2.000'],
      ['carrierId', '2000'],
    ])
  })
})
