import mqtt from 'mqtt';
import type { SmokeWatch } from '../../scenarios/runner/smoke/smoke-watch.ts';
import { externalBroker, type ServiceParts } from './service.ts';

/**
 * Takes the pictures that cameras send to the external broker. The broker acknowledges a camera, so a picture under way when
 * this process is killed is lost; the camera's next one comes soon.
 * @returns leaves the broker; undefined where no camera names a topic
 */
export function subscribeToImages(
  parts: ServiceParts,
  images: SmokeWatch,
): (() => Promise<void>) | undefined {
  const topics = parts.loaded.plant.assets.flatMap(({ nature, properties }) =>
    nature.name === 'smoke-camera' && typeof properties.imageTopic === 'string'
      ? [properties.imageTopic, `${properties.imageTopic}/+`]
      : [],
  );
  if (topics.length === 0 || parts.loaded.file.broker?.kind !== 'external') return undefined;
  const { url, username, password, tls } = externalBroker(parts);
  const client = mqtt.connect(url, {
    clientId: `plantscope-images-${parts.loaded.plant.site.id}`,
    protocolVersion: 4,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { ca: tls.ca }),
  });
  const warn = (error: unknown): void => parts.logger.warn({ error }, 'pictures of cameras');
  client.on('error', warn);
  client.on('connect', () => void client.subscribeAsync(topics, { qos: 1 }).catch(warn));
  client.on('message', (topic, payload) => void images.receive(topic, payload).catch(warn));
  return () => client.endAsync(true);
}
