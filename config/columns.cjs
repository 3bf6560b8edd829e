// The column types migrations share, so that both dialects store the same bytes.
// Instants are integer milliseconds (UTC); JSON is text; ids and codes compare byte by byte.
module.exports = (queryInterface, Sequelize) => {
  const mysql = queryInterface.sequelize.getDialect() !== "sqlite";
  const code = (length) => (mysql ? `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin` : `VARCHAR(${length})`);
  const text = (length) =>
    mysql ? `VARCHAR(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin` : `VARCHAR(${length})`;
  const required = (type, more = {}) => ({ type, allowNull: false, ...more });
  return {
    id: code(26),
    code,
    text,
    longText: mysql ? "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "TEXT",
    json: mysql ? "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin" : "TEXT",
    instant: Sequelize.BIGINT,
    integer: Sequelize.INTEGER,
    boolean: Sequelize.BOOLEAN,
    number: Sequelize.DOUBLE,
    money: mysql ? "DECIMAL(20,4)" : Sequelize.DOUBLE,
    serial: { type: mysql ? "BIGINT" : Sequelize.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
    required,
    primary: (type) => ({ type, allowNull: false, primaryKey: true }),
    /** createTable, then its indexes: `{ name: { unique?, fields } }` becomes an index called `table_name`. */
    async table(name, columns, indexes = {}) {
      await queryInterface.createTable(name, columns, { charset: "utf8mb4", collate: "utf8mb4_bin" });
      for (const [key, index] of Object.entries(indexes)) {
        await queryInterface.addIndex(name, index.fields, { name: `${name}_${key}`, unique: index.unique === true });
      }
    },
  };
};
