import type { Nature } from '../nature.ts';

/** Of any driven machine. */
const driveQuantities = {
  running: { unit: '1', kind: 'boolean', label: { en: 'Running', zh: '运行' } },
  state: { unit: '1', kind: 'number', label: { en: 'State word (PackML)', zh: '状态字 (PackML)' } },
  current: { unit: 'A', kind: 'number', label: { en: 'Motor current', zh: '电机电流' } },
  activePower: { unit: 'kW', kind: 'number', label: { en: 'Active power', zh: '有功功率' } },
  speed: { unit: 'rpm', kind: 'number', label: { en: 'Shaft speed', zh: '转速' } },
  load: { unit: '%', kind: 'number', label: { en: 'Load', zh: '负载率' } },
  vibrationVelocity: {
    unit: 'mm/s',
    kind: 'number',
    label: { en: 'Vibration velocity (RMS)', zh: '振动速度(有效值)' },
  },
  vibrationAcceleration: {
    unit: 'g',
    kind: 'number',
    label: { en: 'Vibration acceleration (RMS)', zh: '振动加速度(有效值)' },
  },
  bearingTemperature: { unit: '°C', kind: 'number', label: { en: 'Bearing temperature', zh: '轴承温度' } },
  windingTemperature: { unit: '°C', kind: 'number', label: { en: 'Winding temperature', zh: '绕组温度' } },
  runHoursTotal: { unit: 'h', kind: 'number', cumulates: true, label: { en: 'Run hours', zh: '运行小时' } },
  vibrationWaveform: { unit: 'g', kind: 'text', label: { en: 'Vibration waveform', zh: '振动波形' } },
  vibrationWaveformAxial: {
    unit: 'g',
    kind: 'text',
    label: { en: 'Vibration waveform, axial', zh: '轴向振动波形' },
  },
  currentWaveform: { unit: 'A', kind: 'text', label: { en: 'Motor current waveform', zh: '电机电流波形' } },
} as const satisfies Nature['quantities'];

const driveProperties = {
  ratedPowerKw: { kind: 'number', unit: 'kW', label: { en: 'Rated power', zh: '额定功率' } },
  ratedSpeedRpm: { kind: 'number', unit: 'rpm', label: { en: 'Rated speed', zh: '额定转速' } },
  ratedCurrentA: { kind: 'number', unit: 'A', label: { en: 'Rated current', zh: '额定电流' } },
  machineGroup: {
    kind: 'text',
    options: ['1', '2'],
    label: { en: 'Machine group (ISO 20816-3)', zh: '机器组别' },
  },
  support: {
    kind: 'text',
    options: ['rigid', 'flexible'],
    label: { en: 'Support (ISO 20816-3)', zh: '支承' },
  },
  runningCurrentA: {
    kind: 'number',
    unit: 'A',
    label: { en: 'Current above which the machine counts as running', zh: '判定运行的电流' },
  },
  bearingBpfo: { kind: 'number', unit: '1', label: { en: 'BPFO per revolution', zh: '外圈故障频率系数' } },
  bearingBpfi: { kind: 'number', unit: '1', label: { en: 'BPFI per revolution', zh: '内圈故障频率系数' } },
  bearingBsf2: {
    kind: 'number',
    unit: '1',
    label: { en: '2 x BSF per revolution', zh: '滚动体故障频率系数' },
  },
  bearingFtf: { kind: 'number', unit: '1', label: { en: 'FTF per revolution', zh: '保持架故障频率系数' } },
  bearingBalls: {
    kind: 'number',
    unit: '1',
    label: { en: 'Balls or rollers of the bearing', zh: '滚动体数' },
  },
  bearingBallMm: { kind: 'number', unit: 'mm', label: { en: 'Diameter of a ball', zh: '滚动体直径' } },
  bearingPitchMm: {
    kind: 'number',
    unit: 'mm',
    label: { en: 'Pitch diameter of the bearing', zh: '节圆直径' },
  },
  bearingAngleDeg: { kind: 'number', unit: '°', label: { en: 'Contact angle (default 0)', zh: '接触角' } },
  blades: { kind: 'number', unit: '1', label: { en: 'Blades or vanes of the rotor', zh: '叶片数' } },
  gearTeeth: { kind: 'number', unit: '1', label: { en: 'Teeth of the gear on the shaft', zh: '齿轮齿数' } },
  beltOrder: {
    kind: 'number',
    unit: '1',
    label: { en: 'Belt frequency per revolution', zh: '皮带频率系数' },
  },
  polePairs: { kind: 'number', unit: '1', label: { en: 'Pole pairs of the motor', zh: '电机极对数' } },
  lineHz: { kind: 'number', unit: 'Hz', label: { en: 'Network frequency (default 50)', zh: '电网频率' } },
  sensorPosition: {
    kind: 'text',
    label: { en: 'Mounting point of the vibration sensor', zh: '传感器安装位置' },
  },
  sensorDirection: {
    kind: 'text',
    options: ['radial', 'horizontal', 'vertical', 'axial'],
    label: { en: 'Direction of the vibration sensor', zh: '传感器方向' },
  },
  waveformSamplingHz: {
    kind: 'number',
    unit: 'Hz',
    label: { en: 'Sampling rate, where recordings do not tell it', zh: '波形采样频率' },
  },
  meter: { kind: 'text', label: { en: 'Electricity meter of this machine', zh: '所属电能表' } },
} as const satisfies Nature['properties'];

/** Machines, as ISO 13374 and ISO 20816 look at them. */
export const equipmentNatures: Readonly<Record<string, Nature>> = {
  'rotating-machine': {
    name: 'rotating-machine',
    label: { en: 'Rotating machine', zh: '旋转机械' },
    scenario: 'equipment',
    signConvention: 'flow and pressure positive in the direction of delivery',
    quantities: {
      ...driveQuantities,
      vibrationVelocity: {
        unit: 'mm/s',
        kind: 'number',
        required: true,
        label: { en: 'Vibration velocity (RMS)', zh: '振动速度(有效值)' },
      },
      dischargePressure: { unit: 'kPa', kind: 'number', label: { en: 'Discharge pressure', zh: '出口压力' } },
      suctionPressure: { unit: 'kPa', kind: 'number', label: { en: 'Suction pressure', zh: '入口压力' } },
      flow: { unit: 'm3/h', kind: 'number', label: { en: 'Flow', zh: '流量' } },
    },
    properties: {
      ...driveProperties,
    },
  },
  'machine-tool': {
    name: 'machine-tool',
    label: { en: 'Machine tool', zh: '机床' },
    scenario: 'equipment',
    quantities: {
      ...driveQuantities,
      state: {
        unit: '1',
        kind: 'number',
        required: true,
        label: { en: 'State word (PackML)', zh: '状态字 (PackML)' },
      },
      partsTotal: { unit: 'pcs', kind: 'number', cumulates: true, label: { en: 'Parts made', zh: '产量' } },
      goodPartsTotal: {
        unit: 'pcs',
        kind: 'number',
        cumulates: true,
        label: { en: 'Good parts', zh: '合格品数' },
      },
      spindleTemperature: {
        unit: '°C',
        kind: 'number',
        label: { en: 'Spindle temperature', zh: '主轴温度' },
      },
      toolWear: { unit: 'min', kind: 'number', label: { en: 'Tool wear', zh: '刀具磨损时间' } },
    },
    properties: {
      ...driveProperties,
      idealCycleS: { kind: 'number', unit: 's', label: { en: 'Planned run time per part', zh: '理论节拍' } },
    },
  },
  furnace: {
    name: 'furnace',
    label: { en: 'Furnace or boiler', zh: '炉窑/锅炉' },
    scenario: 'equipment',
    quantities: {
      running: { unit: '1', kind: 'boolean', required: true, label: { en: 'Running', zh: '运行' } },
      load: { unit: '%', kind: 'number', label: { en: 'Load', zh: '负荷率' } },
      temperature: { unit: '°C', kind: 'number', label: { en: 'Temperature', zh: '温度' } },
      steamPressure: {
        unit: 'kPa',
        kind: 'number',
        label: { en: 'Steam pressure (gauge)', zh: '蒸汽压力(表压)' },
      },
      fuelFlow: { unit: 'm3/h', kind: 'number', label: { en: 'Fuel flow', zh: '燃料流量' } },
      steamFlow: { unit: 't/h', kind: 'number', label: { en: 'Steam flow', zh: '蒸汽流量' } },
      feedWaterTemperature: {
        unit: '°C',
        kind: 'number',
        label: { en: 'Feed water temperature', zh: '给水温度' },
      },
      exhaustTemperature: {
        unit: '°C',
        kind: 'number',
        label: { en: 'Exhaust temperature', zh: '排烟温度' },
      },
      runHoursTotal: {
        unit: 'h',
        kind: 'number',
        cumulates: true,
        label: { en: 'Run hours', zh: '运行小时' },
      },
    },
    properties: {
      ratedSteamTPerH: { kind: 'number', unit: 't/h', label: { en: 'Rated steam output', zh: '额定蒸发量' } },
      gasMeter: { kind: 'text', label: { en: 'Gas meter of this furnace', zh: '燃气表' } },
      steamMeter: { kind: 'text', label: { en: 'Steam meter of this furnace', zh: '蒸汽表' } },
    },
  },
  generic: {
    name: 'generic',
    label: { en: 'Other device', zh: '其他设备' },
    scenario: 'equipment',
    open: true,
    quantities: {},
    properties: {},
  },
};
