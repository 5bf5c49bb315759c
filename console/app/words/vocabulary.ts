/** Words by name, each in English and Chinese. */
export type Vocabulary = Readonly<Record<string, readonly [en: string, zh: string]>>;
