export const equipmentRoutes = [
  {
    path: '/state',
    measurement: 'machine_state',
    summary: 'Running state of machines: each row is a state that began at its time',
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
] as const;
