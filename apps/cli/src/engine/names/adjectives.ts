/** What a container may be called when nobody named it: praise only. */
export const ADJECTIVES: readonly string[] = `
  able agile alert amber ample apt arctic autumn awake balanced beaming blithe bold bonny bookish boundless brisk bubbly
  buoyant candid careful cheery clear clement cobalt collected cordial coral crisp curious dainty dapper daring dashing deft
  diligent earnest easygoing elated even fabled fearless fine fleet fluent forthright frank fresh frosty gallant genial
  glad gleaming graceful grand grateful handy hardy humble jaunty joyful keen kindly learned limber lively lucid
  luminous mellow merry mighty mild mindful mirthful nimble noble patient peppy placid plucky poised polished quick radiant
  ready rested rosy rugged sage sharp silver sincere sleek snug soaring solid spirited spry stellar sturdy sunny
  supple tidy tireless tranquil trusty upbeat valiant verdant vital warm wide wiry witty zany
`
  .trim()
  .split(/\s+/);
