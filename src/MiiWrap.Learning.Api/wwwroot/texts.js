// Which language the texts are in. Another one is another file with the same keys, and a line here.
const files = { en: './texts.en.js' };

export const language = navigator.languages.map((tag) => tag.split('-')[0]).find((tag) => tag in files) ?? 'en';
export const { texts } = await import(files[language]);
