import { expect, test } from '@jest/globals'
import { guardTimers } from './kafka-timer-guard.ts'

function queueClass() {
  return class Queue {
    pending: string[] = []
    armed = 0
    scheduleCheckPendingRequests() {
      this.armed++
    }
  }
}

test('a queue with nothing in it arms no timer, one with something does', () => {
  const Queue = queueClass()
  guardTimers(Queue)
  const queue = new Queue()
  queue.scheduleCheckPendingRequests()
  expect(queue.armed).toBe(0)
  queue.pending.push('request')
  queue.scheduleCheckPendingRequests()
  expect(queue.armed).toBe(1)
})

test('guarding twice is guarding once', () => {
  const Queue = queueClass()
  guardTimers(Queue)
  const guarded = Object.getOwnPropertyDescriptors(Queue.prototype)
  guardTimers(Queue)
  expect(Object.getOwnPropertyDescriptors(Queue.prototype)).toEqual(guarded)
})

test('a library without the method is refused', () => {
  expect(() => guardTimers({ prototype: {} })).toThrow('scheduleCheckPendingRequests')
})
