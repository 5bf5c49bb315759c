import type { Nature } from '../nature.ts';

const weatherQuantities = {
  temperature: { unit: '°C', kind: 'number', label: { en: 'Air temperature', zh: '气温' } },
  humidity: { unit: '%', kind: 'number', label: { en: 'Relative humidity', zh: '相对湿度' } },
  airPressure: { unit: 'hPa', kind: 'number', label: { en: 'Air pressure', zh: '气压' } },
  windSpeed: { unit: 'm/s', kind: 'number', label: { en: 'Wind speed', zh: '风速' } },
  windDirection: { unit: 'deg', kind: 'number', label: { en: 'Wind direction (from)', zh: '风向' } },
  irradiance: { unit: 'W/m2', kind: 'number', label: { en: 'Solar irradiance', zh: '太阳辐照度' } },
} as const satisfies Nature['quantities'];

/** Outlets, stations and treatment facilities, as HJ 75, HJ 212 and HJ 633 name their quantities. */
export const environmentNatures: Readonly<Record<string, Nature>> = {
  'stack-monitor': {
    name: 'stack-monitor',
    label: { en: 'Stack monitor (CEMS)', zh: '烟气排放连续监测' },
    scenario: 'environment',
    signConvention: 'concentrations dry at 273.15 K and 101.325 kPa unless the plant file says otherwise',
    quantities: {
      dust: { unit: 'mg/m3', kind: 'number', label: { en: 'Particulate matter', zh: '颗粒物' } },
      so2: { unit: 'mg/m3', kind: 'number', label: { en: 'Sulphur dioxide', zh: '二氧化硫' } },
      nox: {
        unit: 'mg/m3',
        kind: 'number',
        label: { en: 'Nitrogen oxides as NO2', zh: '氮氧化物(以NO2计)' },
      },
      co: { unit: 'mg/m3', kind: 'number', label: { en: 'Carbon monoxide', zh: '一氧化碳' } },
      oxygen: {
        unit: '%',
        kind: 'number',
        required: true,
        label: { en: 'Oxygen (dry)', zh: '含氧量(干基)' },
      },
      temperature: { unit: '°C', kind: 'number', label: { en: 'Flue gas temperature', zh: '烟气温度' } },
      pressure: { unit: 'kPa', kind: 'number', label: { en: 'Static pressure (gauge)', zh: '静压(表压)' } },
      velocity: { unit: 'm/s', kind: 'number', label: { en: 'Flue gas velocity', zh: '烟气流速' } },
      moisture: { unit: '%', kind: 'number', label: { en: 'Moisture', zh: '湿度' } },
      flow: { unit: 'm3/h', kind: 'number', label: { en: 'Flue gas flow (actual)', zh: '烟气流量(工况)' } },
      dataFlag: { unit: '1', kind: 'text', label: { en: 'Data flag (HJ 212)', zh: '数据标记 (HJ 212)' } },
      processState: {
        unit: '1',
        kind: 'text',
        label: {
          en: 'State of the source: running, start-up, shutdown or stopped',
          zh: '污染源工况 (running, start-up, shutdown, stopped)',
        },
      },
    },
    properties: {
      referenceOxygenPct: { kind: 'number', unit: '%', label: { en: 'Reference oxygen', zh: '基准含氧量' } },
      standard: { kind: 'text', label: { en: 'Limit standard and table', zh: '执行标准' } },
      limitDustMgPerM3: {
        kind: 'number',
        unit: 'mg/m3',
        label: { en: 'Limit of particulate matter', zh: '颗粒物限值' },
      },
      limitSo2MgPerM3: { kind: 'number', unit: 'mg/m3', label: { en: 'Limit of SO2', zh: '二氧化硫限值' } },
      limitNoxMgPerM3: { kind: 'number', unit: 'mg/m3', label: { en: 'Limit of NOx', zh: '氮氧化物限值' } },
      ductAreaM2: { kind: 'number', unit: 'm2', label: { en: 'Duct area', zh: '烟道截面积' } },
      outletCode: { kind: 'text', label: { en: 'Outlet code (DA...)', zh: '排放口编号' } },
      source: { kind: 'text', label: { en: 'Asset whose emissions these are', zh: '污染源' } },
      permitDustT: { kind: 'number', unit: 't', label: { en: 'Permitted PM a year', zh: '颗粒物年许可量' } },
      permitSo2T: {
        kind: 'number',
        unit: 't',
        label: { en: 'Permitted SO2 a year', zh: '二氧化硫年许可量' },
      },
      permitNoxT: {
        kind: 'number',
        unit: 't',
        label: { en: 'Permitted NOx a year', zh: '氮氧化物年许可量' },
      },
    },
  },
  'wastewater-outlet': {
    name: 'wastewater-outlet',
    label: { en: 'Wastewater outlet', zh: '废水排放口' },
    scenario: 'environment',
    signConvention: 'flow positive = discharged',
    quantities: {
      flow: { unit: 'm3/h', kind: 'number', required: true, label: { en: 'Outlet flow', zh: '排水流量' } },
      volumeTotal: {
        unit: 'm3',
        kind: 'number',
        cumulates: true,
        label: { en: 'Outlet volume', zh: '累计排水量' },
      },
      cod: { unit: 'mg/L', kind: 'number', label: { en: 'COD', zh: '化学需氧量' } },
      ammoniaNitrogen: { unit: 'mg/L', kind: 'number', label: { en: 'Ammonia nitrogen', zh: '氨氮' } },
      totalNitrogen: { unit: 'mg/L', kind: 'number', label: { en: 'Total nitrogen', zh: '总氮' } },
      totalPhosphorus: { unit: 'mg/L', kind: 'number', label: { en: 'Total phosphorus', zh: '总磷' } },
      ph: { unit: 'pH', kind: 'number', label: { en: 'pH', zh: 'pH 值' } },
      temperature: { unit: '°C', kind: 'number', label: { en: 'Water temperature', zh: '水温' } },
      dataFlag: { unit: '1', kind: 'text', label: { en: 'Data flag (HJ 212)', zh: '数据标记 (HJ 212)' } },
    },
    properties: {
      standard: { kind: 'text', label: { en: 'Limit standard and table', zh: '执行标准' } },
      limitCodMgPerL: { kind: 'number', unit: 'mg/L', label: { en: 'Limit of COD', zh: '化学需氧量限值' } },
      limitAmmoniaMgPerL: {
        kind: 'number',
        unit: 'mg/L',
        label: { en: 'Limit of ammonia nitrogen', zh: '氨氮限值' },
      },
      limitTnMgPerL: {
        kind: 'number',
        unit: 'mg/L',
        label: { en: 'Limit of total nitrogen', zh: '总氮限值' },
      },
      limitTpMgPerL: {
        kind: 'number',
        unit: 'mg/L',
        label: { en: 'Limit of total phosphorus', zh: '总磷限值' },
      },
      limitPhLow: { kind: 'number', unit: 'pH', label: { en: 'Lowest pH', zh: 'pH下限' } },
      limitPhHigh: { kind: 'number', unit: 'pH', label: { en: 'Highest pH', zh: 'pH上限' } },
      outletCode: { kind: 'text', label: { en: 'Outlet code (DW...)', zh: '排放口编号' } },
      permitCodT: { kind: 'number', unit: 't', label: { en: 'Permitted COD a year', zh: 'COD年许可量' } },
      permitAmmoniaT: {
        kind: 'number',
        unit: 't',
        label: { en: 'Permitted ammonia nitrogen a year', zh: '氨氮年许可量' },
      },
    },
  },
  'ambient-station': {
    name: 'ambient-station',
    label: { en: 'Ambient air station', zh: '环境空气监测站' },
    scenario: 'environment',
    signConvention: 'wind direction is where the wind comes from, clockwise from north',
    quantities: {
      pm25: { unit: 'ug/m3', kind: 'number', label: { en: 'PM2.5', zh: '细颗粒物' } },
      pm10: { unit: 'ug/m3', kind: 'number', label: { en: 'PM10', zh: '可吸入颗粒物' } },
      so2: { unit: 'ug/m3', kind: 'number', label: { en: 'Sulphur dioxide', zh: '二氧化硫' } },
      no2: { unit: 'ug/m3', kind: 'number', label: { en: 'Nitrogen dioxide', zh: '二氧化氮' } },
      co: { unit: 'mg/m3', kind: 'number', label: { en: 'Carbon monoxide', zh: '一氧化碳' } },
      o3: { unit: 'ug/m3', kind: 'number', label: { en: 'Ozone', zh: '臭氧' } },
      tsp: { unit: 'ug/m3', kind: 'number', label: { en: 'Total suspended particles', zh: '总悬浮颗粒物' } },
      voc: { unit: 'mg/m3', kind: 'number', label: { en: 'Non-methane hydrocarbons', zh: '非甲烷总烃' } },
      ...weatherQuantities,
    },
    properties: {},
  },
  'weather-station': {
    name: 'weather-station',
    label: { en: 'Weather station', zh: '气象站' },
    scenario: 'environment',
    signConvention: 'wind direction is where the wind comes from, clockwise from north',
    quantities: {
      ...weatherQuantities,
      temperature: {
        unit: '°C',
        kind: 'number',
        required: true,
        label: { en: 'Air temperature', zh: '气温' },
      },
    },
    properties: {},
  },
  'noise-meter': {
    name: 'noise-meter',
    label: { en: 'Noise meter', zh: '噪声监测点' },
    scenario: 'environment',
    quantities: {
      soundLevel: { unit: 'dB(A)', kind: 'number', required: true, label: { en: 'Sound level', zh: '声级' } },
      soundLevelMax: { unit: 'dB(A)', kind: 'number', label: { en: 'Maximum sound level', zh: '最大声级' } },
    },
    properties: {
      noiseClass: {
        kind: 'text',
        options: ['0', '1', '2', '3', '4'],
        label: { en: 'Acoustic class (GB 12348)', zh: '声环境功能区类别' },
      },
      backgroundDayDb: {
        kind: 'number',
        unit: 'dB(A)',
        label: { en: 'Background by day, measured with the source off', zh: '昼间背景噪声' },
      },
      backgroundNightDb: {
        kind: 'number',
        unit: 'dB(A)',
        label: { en: 'Background by night, measured with the source off', zh: '夜间背景噪声' },
      },
    },
  },
  'smoke-camera': {
    name: 'smoke-camera',
    label: { en: 'Stack camera', zh: '烟囱摄像机' },
    scenario: 'environment',
    quantities: {
      ringelmann: {
        unit: '1',
        kind: 'number',
        label: { en: 'Smoke blackness (Ringelmann)', zh: '林格曼黑度' },
      },
      opacity: { unit: '%', kind: 'number', label: { en: 'Opacity of the plume', zh: '烟羽不透光度' } },
    },
    properties: {
      outlet: { kind: 'text', label: { en: 'Stack it looks at', zh: '监视的排放口' } },
      imageTopic: { kind: 'text', label: { en: 'MQTT topic of its images', zh: '图像的 MQTT 主题' } },
      limitGrade: {
        kind: 'number',
        unit: '1',
        label: { en: 'Limit of blackness, grade', zh: '林格曼黑度限值' },
      },
    },
  },
  'treatment-facility': {
    name: 'treatment-facility',
    label: { en: 'Pollution treatment facility', zh: '污染治理设施' },
    scenario: 'environment',
    quantities: {
      running: { unit: '1', kind: 'boolean', required: true, label: { en: 'Running', zh: '运行' } },
      activePower: { unit: 'kW', kind: 'number', label: { en: 'Active power', zh: '有功功率' } },
      reagentFlow: { unit: 'L/min', kind: 'number', label: { en: 'Reagent flow', zh: '药剂流量' } },
      pressureDrop: { unit: 'kPa', kind: 'number', label: { en: 'Pressure drop', zh: '压差' } },
    },
    properties: {
      ratedPowerKw: { kind: 'number', unit: 'kW', label: { en: 'Rated power', zh: '额定功率' } },
      serves: { kind: 'text', label: { en: 'Outlet it serves', zh: '所属排放口' } },
    },
  },
};
