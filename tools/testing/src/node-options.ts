/**
 * What Node takes before a program that imports the packages: their sources. In a guest of `npm test` they are what was built
 * right before, since Node takes half a minute for TypeScript on an emulated processor.
 */
export const nodeOptions: readonly string[] =
  process.env["WB_TEST_PLACE"] === undefined ? ["--conditions=wb-source"] : [];
