import type { Vocabulary } from './vocabulary.ts';

/** What the energy pages say (scenario 31). */
export const energyWords = {
  consumption: ['Consumption', '用量'],
  electricityFlow: ['Where the electricity goes', '电能流向'],
  weekHeat: ['Week heat map, kW mean', '周热力图(平均kW)'],
  loadCurve: ['Load curve', '负荷曲线'],
  meters: ['Meters', '计量表'],
  meter: ['Meter', '计量表'],
  carrier: ['Carrier', '介质'],
  unmetered: ['Losses and unmetered', '损耗及未计量'],
  electricity: ['Electricity', '电'],
  water: ['Water', '水'],
  gas: ['Natural gas', '天然气'],
  steam: ['Steam', '蒸汽'],
  'compressed-air': ['Compressed air', '压缩空气'],
  heat: ['Heat', '热力'],
  other: ['Other', '其他'],
  parentMeter: ['Part of', '上级表'],
  signConvention: ['Sign', '符号约定'],
  powerNow: ['Active power now', '当前有功功率'],
  largestConsumers: ['Largest consumers', '用电大户'],
  yesterdayThen: ['vs yesterday, same time', '较昨日同时段'],
  demandRunning: ['Demand, 15 min', '15分钟需量'],
  costToday: ['Electricity cost today', '今日电费'],
  carbonToday: ['Emissions today', '今日碳排放'],
  drillHint: [
    'Click a meter to see what lies below it; click the leftmost one to go back up.',
    '点击计量表查看其下级;点击最左侧的表返回上级。',
  ],
} as const satisfies Vocabulary;
