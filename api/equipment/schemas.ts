export const equipmentRoutes = [
  {
    path: '/state',
    measurement: 'machine_state',
    summary:
      'Running state of machines: each row is a 15 min window with its dominant state and running seconds',
    group: 'equipment',
    filters: ['asset'],
  },
  {
    path: '/severity',
    measurement: 'vibration_severity',
    summary: 'Vibration severity with its zone A to D (ISO 20816-3)',
    group: 'equipment',
    filters: ['asset'],
  },
  {
    path: '/health',
    measurement: 'machine_health',
    summary: 'Health of machines: index, early warnings, anomaly and the fault that is told, each 15 min',
    group: 'equipment',
    filters: ['asset'],
  },
  {
    path: '/features',
    measurement: 'waveform_features',
    summary: 'Features of recordings of vibration and current',
    group: 'equipment',
    filters: ['asset', 'sensor'],
  },
] as const;
