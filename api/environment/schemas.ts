export const environmentRoutes = [
  {
    path: '/hourly',
    measurement: 'stack_hourly',
    summary: 'Hourly means of a stack, corrected to the reference oxygen, with limit and completeness',
    group: 'environment',
    filters: ['asset', 'pollutant'],
  },
] as const;
