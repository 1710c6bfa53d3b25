// Apache Parquet, compressed with Snappy. Numbers are DOUBLE, integers INT64; NaN is a number, nothing is null.

import type { ColumnSource } from 'hyparquet-writer';
import type { Column } from '../table.ts';
import type { Format } from './format.ts';

export const parquet: Format = {
  ending: 'parquet',
  async table({ columns }) {
    const { parquetWriteBuffer } = await import('hyparquet-writer');
    return [new Uint8Array(parquetWriteBuffer({ columnData: columns.map(source), createdBy: 'alchemie' }))];
  },
};

function source(column: Column): ColumnSource {
  const { name } = column;
  switch (column.type) {
    case 'integer':
      return {
        name,
        type: 'INT64',
        nullable: true,
        data: column.values.map((value) => (value === null ? null : BigInt(value))),
      };
    case 'number':
      return { name, type: 'DOUBLE', nullable: true, data: [...column.values] };
    case 'boolean':
      return { name, type: 'BOOLEAN', nullable: true, data: [...column.values] };
    case 'text':
      return { name, type: 'STRING', nullable: true, data: [...column.values] };
  }
}
