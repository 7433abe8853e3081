export const show = async (root) => { root.append("…"); return null; };
