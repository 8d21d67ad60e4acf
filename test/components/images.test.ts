import { describe, expect, it } from "vitest";
import { imageOf, images } from "../../components/images.ts";
import { operatingSystems } from "../../model/estate/catalogue.ts";

describe("images", () => {
  it("hold every operating system that an estate may ask a server for", () => {
    for (const [os, { bareMetal, instanceImage }] of operatingSystems) {
      if (bareMetal?.cloudInit === "supported")
        expect(images.get(os)?.bareMetal?.name, os).toBe(bareMetal.name);
      if (instanceImage !== undefined) expect(images.get(os)?.instance, os).toBe(instanceImage);
    }
  });

  it("hold nothing that an estate may not ask for", () => {
    for (const [os, image] of images) {
      const known = operatingSystems.get(os);
      expect(known, os).toBeDefined();
      expect(image.bareMetal?.version.startsWith(known?.bareMetal?.version ?? "nothing") ?? true, os).toBe(
        true,
      );
    }
  });

  it("refuse what is not offered on a kind of server", () => {
    expect(() => imageOf("bareMetal", "alma-9")).toThrow(/alma-9/);
  });
});
