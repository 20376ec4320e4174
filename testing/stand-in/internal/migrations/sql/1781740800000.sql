-- pre-deploy of v0.190.0: a nullable column that the new API reads
ALTER TABLE "sandbox" ADD "domainAllowList" varchar;
