import { join } from 'node:path';

/** PKI folder of the gateway's OPC UA client side, inside the data folder of the platform. */
export const opcuaPkiFolder = (dataFolder: string): string => join(dataFolder, 'pki', 'opcua-client');
