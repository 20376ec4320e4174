-- post-deploy: contracts what only older releases read
ALTER TABLE "runner" DROP COLUMN "runnerClass";
DROP TYPE "runner_runnerclass_enum";
