/** Category 供需对接 of data/categories.json: who asks for a supplier or a buyer. Chain officers bring such needs to the market. */
export const matchCategory = '0701'
