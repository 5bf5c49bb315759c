import type { Vocabulary } from './vocabulary.ts';

/** What the alarm page says (ISA-18.2). */
export const alarmWords = {
  alarms: ['Alarms', '报警'],
  noAlarms: ['No alarm stands', '当前无报警'],
  acknowledge: ['Acknowledge', '确认'],
  journal: ['Journal', '报警日志'],
  event: ['Event', '事件'],
  by: ['By', '操作人'],
  deviceEvents: ['Events of the devices', '设备事件'],
  device: ['Device', '设备'],
  message: ['Message', '信息'],
  eventTime: ['Time', '时间'],
  eventSeverity: ['Severity (1 to 1000)', '严重度（1 至 1000）'],
  conditionActive: ['active', '激活'],
  conditionEnded: ['ended', '已恢复'],
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
