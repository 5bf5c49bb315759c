import type { Vocabulary } from './vocabulary.ts';

/** What the alarm page says (ISA-18.2). */
export const alarmWords = {
  alarms: ['Alarms', '报警'],
  noAlarms: ['No alarm stands', '当前无报警'],
  acknowledge: ['Acknowledge', '确认'],
  journal: ['Journal', '报警日志'],
  event: ['Event', '事件'],
  by: ['By', '操作人'],
  unacknowledged: ['unacknowledged', '未确认'],
  acknowledged: ['acknowledged', '已确认'],
  'returned-unacknowledged': ['returned, unacknowledged', '已恢复未确认'],
  shelved: ['shelved', '已搁置'],
  normal: ['normal', '正常'],
  raise: ['raised', '触发'],
  low: ['low', '低'],
  medium: ['medium', '中'],
  high: ['high', '高'],
  shelve: ['shelved', '搁置'],
} as const satisfies Vocabulary;
